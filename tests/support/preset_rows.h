#pragma once

#include <string_view>
#include <vector>

#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"

namespace calculon::test {

// The rows of kStatsFields that a preset has, in order.
inline std::vector<Field<Stats>> stats_of(Preset preset) {
  std::vector<Field<Stats>> fields;
  for (const auto& field : kStatsFields) {
    if (field.belongs_to(preset)) {
      fields.push_back(field);
    }
  }
  return fields;
}

// The names of kStrategyFields that a preset has, in order.
inline std::vector<std::string_view> settings_of(Preset preset) {
  std::vector<std::string_view> names;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.belongs_to(preset)) {
      names.push_back(field.name);
    }
  });
  return names;
}

}  // namespace calculon::test
