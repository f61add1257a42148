#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/preset.h"
#include "calibrated/search/calibrated_statistic.h"
#include "cli/commands.h"
#include "cli/terminal.h"

namespace calculon {
namespace {

struct StatisticRow {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  std::vector<std::string_view> presets;
  bool in_all = true;  // whether they are all that the list is about
};

std::vector<StatisticRow> published_rows() {
  constexpr auto& kNames = EnumNames<Preset>::kNames;
  std::vector<StatisticRow> rows;
  for (const StatField& field : kStatsFields) {
    std::vector<std::string_view> presets;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (field.belongs_to(static_cast<Preset>(i))) {
        presets.push_back(kNames[i]);
      }
    }
    const bool in_all = presets.size() == kNames.size();
    rows.push_back({field.name, unit_name(field.unit), field.help, std::move(presets), in_all});
  }
  return rows;
}

// What the verdict on the memory goes by.
constexpr std::string_view kVerdictMeaning =
    "fits: memory.device_high is at most memory.capacity; fits barely: memory.device_low is; does "
    "not fit: not even that";

std::vector<StatisticRow> calibrated_rows() {
  std::vector<StatisticRow> rows;
  const auto add = [&](std::string_view name, std::string_view unit, std::string_view meaning) {
    rows.push_back({name, unit, meaning, {kCalibratedName}});
  };
  for (const CalibratedStatistic& statistic : calibrated_statistics()) {
    add(statistic.name, unit_name(statistic.unit), statistic.help);
  }
  add(kVerdictName, "words", kVerdictMeaning);
  return rows;
}

Json rows_json(const std::vector<StatisticRow>& rows) {
  Json list = Json::array();
  for (const StatisticRow& row : rows) {
    list.push_back({{"name", row.name},
                    {"unit", row.unit},
                    {"meaning", row.meaning},
                    {"presets", row.presets}});
  }
  return list;
}

// A line for each; which presets have it is said where not all do.
std::string rows_text(const std::vector<StatisticRow>& rows) {
  std::size_t widest = 0;
  for (const StatisticRow& row : rows) {
    widest = std::max(widest, row.name.size());
  }
  std::string text;
  for (const StatisticRow& row : rows) {
    text += fmt::format("{:<{}}  {:<11}  {}{}\n", row.name, widest, row.unit, row.meaning,
                        row.in_all ? "" : fmt::format(" ({} only)", fmt::join(row.presets, ", ")));
  }
  return text;
}

}  // namespace

Action setup_statistics(CLI::App& app) {
  const auto as_json = std::make_shared<bool>(false);
  const auto calibrated = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json, "as JSON: name, unit, meaning and presets of each");
  app.add_flag("--calibrated", *calibrated,
               "those of the calibrated methodology, with what its verdict on the memory "
               "(memory.verdict) goes by");
  return [as_json, calibrated](Console& console) {
    const std::vector<StatisticRow> rows = *calibrated ? calibrated_rows() : published_rows();
    console.out << (*as_json ? json_text(rows_json(rows), 2) + "\n"
                             : for_reading(console, rows_text(rows)));
    return kExitSuccess;
  };
}

}  // namespace calculon
