#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/preset.h"
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

}  // namespace

Action setup_statistics(CLI::App& app) {
  const auto as_json = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json, "as JSON: name, unit, meaning and presets of each");
  return [as_json](Console& console) {
    console.out << (*as_json ? json_text(statistics_json(), 2) + "\n"
                             : for_reading(console, statistics_text()));
    return kExitSuccess;
  };
}

}  // namespace calculon
