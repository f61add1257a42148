#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calibrated/search/neighbourhood.h"

namespace calculon {

// What would make a step of `total_time` faster, the best first.

// Lines for people, with a heading.
std::string improvements_text(const std::vector<BetterExecution>& better, double total_time);

// [{"changes": [{"setting", "from", "to"}], "total_time", "verdict"}, ...]
Json improvements_json(const std::vector<BetterExecution>& better);

}  // namespace calculon
