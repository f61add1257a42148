#include "study/spec/table_columns.h"

#include <algorithm>

#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"

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

std::vector<std::string_view> study_columns() {
  std::vector<std::string_view> columns;
  const auto add = [&](bool status) {
    for (const StudyColumn& column : kStudyColumns) {
      if ((column.group == StudyColumn::Group::kStatus) == status) {
        columns.push_back(column.name);
      }
    }
  };
  add(true);
  for (const std::string_view name : setting_names(Preset::kCalculonMoe)) {
    columns.push_back(name);
  }
  for (const auto& field : kStatsFields) {
    columns.push_back(field.name);
  }
  add(false);
  return columns;
}

bool is_reserved_column(std::string_view name) {
  const auto among = [&](const std::vector<std::string_view>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return among(study_columns()) && !among(setting_names(Preset::kCalculonMoe));
}

}  // namespace calculon
