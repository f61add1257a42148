#include "study/spec/table_columns.h"

#include <algorithm>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "calibrated/search/calibrated_statistic.h"
#include "page/calibrated_columns.h"

namespace calculon {

std::vector<std::string> study_columns(StudyColumn::Group group) {
  std::vector<std::string> names;
  for (const StudyColumn& column : kStudyColumns) {
    if (column.group == group) {
      names.emplace_back(column.name);
    }
  }
  return names;
}

std::vector<std::string_view> setting_names(Preset preset) {
  std::vector<std::string_view> names;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.belongs_to(preset)) {
      names.push_back(field.name);
    }
  });
  return names;
}

const std::vector<std::string_view>& calibrated_setting_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names = {kMethodologyKey};
    for_each_field(kCalibratedExecutionFields,
                   [&](const auto& field) { names.push_back(field.name); });
    return names;
  }();
  return kNames;
}

const std::vector<std::string>& calibrated_statistic_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const CalibratedStatistic& statistic : calibrated_statistics()) {
      names.push_back(statistic.name);
    }
    for (const std::string_view name : {"parameters", "active_parameters"}) {
      names.emplace_back(name);
    }
    names.push_back(kPeakStage);
    names.emplace_back(kVerdictName);
    return names;
  }();
  return kNames;
}

std::vector<std::string_view> study_columns(bool calibrated) {
  std::vector<std::string_view> columns;
  const auto add = [&](bool status) {
    for (const StudyColumn& column : kStudyColumns) {
      if ((column.group == StudyColumn::Group::kStatus) == status) {
        columns.push_back(column.name);
      }
    }
  };
  const auto add_all = [&](const auto& names) {
    for (const std::string_view name : names) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
        columns.push_back(name);
      }
    }
  };
  add(true);
  add_all(setting_names(Preset::kCorrected));
  for (const auto& field : kStatsFields) {
    columns.push_back(field.name);
  }
  if (calibrated) {
    add_all(calibrated_setting_names());
    add_all(calibrated_statistic_names());
  }
  add(false);
  return columns;
}

bool is_run_column(std::string_view name) {
  return std::find(kRunColumnNames.begin(), kRunColumnNames.end(), name) != kRunColumnNames.end();
}

bool is_reserved_column(std::string_view name, bool calibrated) {
  const auto among = [&](const std::vector<std::string_view>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return among(study_columns(calibrated)) && !among(setting_names(Preset::kCorrected)) &&
         !among(calibrated_setting_names());
}

}  // namespace calculon
