#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "calculon/base/field.h"
#include "calculon/strategy/preset.h"

namespace calculon {

inline constexpr std::array<std::string_view, 4> kStatusColumns = {"status", "reason", "enumerated",
                                                                   "feasible"};
inline constexpr std::array<std::string_view, 4> kCostColumns = {
    "price", "max_procs", "system_cost", "rate_per_megadollar"};

// The columns that the table of every study has, besides those of its axes: status and counts,
// settings of the execution, statistics, cost and what is derived (docs/studies.md, "Results").
std::vector<std::string_view> study_columns();

// Whether an axis cannot have this name, because a column or a key of a record has. It can be
// called like a setting of an execution, whose column it then is.
bool is_reserved_column(std::string_view name);

// The settings of an execution.
std::vector<std::string_view> setting_names(Preset preset);

}  // namespace calculon
