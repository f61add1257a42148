#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
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

std::vector<std::string> presets_with(const StatField& field) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < EnumNames<Preset>::kNames.size(); ++i) {
    if (field.belongs_to(static_cast<Preset>(i))) {
      names.emplace_back(EnumNames<Preset>::kNames[i]);
    }
  }
  return names;
}

Json statistics_json() {
  Json list = Json::array();
  for (const StatField& field : kStatsFields) {
    list.push_back({{"name", field.name},
                    {"unit", unit_name(field.unit)},
                    {"meaning", field.help},
                    {"presets", presets_with(field)}});
  }
  return list;
}

// A line for each; which presets have it is said where not all do.
std::string statistics_text() {
  std::size_t widest = 0;
  for (const StatField& field : kStatsFields) {
    widest = std::max(widest, field.name.size());
  }
  std::string text;
  for (const StatField& field : kStatsFields) {
    const auto presets = presets_with(field);
    const bool in_all = presets.size() == EnumNames<Preset>::kNames.size();
    text +=
        fmt::format("{:<{}}  {:<11}  {}{}\n", field.name, widest, unit_name(field.unit), field.help,
                    in_all ? "" : fmt::format(" ({} only)", fmt::join(presets, ", ")));
  }
  return text;
}

// What the verdict on the memory goes by.
constexpr std::string_view kVerdictMeaning =
    "fits: memory.device_high is at most memory.capacity; fits barely: memory.device_low is; does "
    "not fit: not even that";

Json calibrated_statistics_json() {
  Json list = Json::array();
  const auto add = [&](std::string_view name, std::string_view unit, std::string_view meaning) {
    list.push_back({{"name", name},
                    {"unit", unit},
                    {"meaning", meaning},
                    {"presets", Json::array({kCalibratedName})}});
  };
  for (const CalibratedStatistic& statistic : calibrated_statistics()) {
    add(statistic.name, unit_name(statistic.unit), statistic.help);
  }
  add(kVerdictName, "words", kVerdictMeaning);
  return list;
}

std::string calibrated_statistics_text() {
  const Json list = calibrated_statistics_json();
  const auto text_at = [](const Json& statistic, const char* key) {
    return statistic[key].get<std::string>();
  };
  std::size_t widest = 0;
  for (const Json& statistic : list) {
    widest = std::max(widest, text_at(statistic, "name").size());
  }
  std::string text;
  for (const Json& statistic : list) {
    text += fmt::format("{:<{}}  {:<11}  {}\n", text_at(statistic, "name"), widest,
                        text_at(statistic, "unit"), text_at(statistic, "meaning"));
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
    if (*as_json) {
      console.out << json_text(*calibrated ? calibrated_statistics_json() : statistics_json(), 2)
                  << "\n";
    } else {
      console.out << for_reading(console,
                                 *calibrated ? calibrated_statistics_text() : statistics_text());
    }
    return kExitSuccess;
  };
}

}  // namespace calculon
