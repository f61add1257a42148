#pragma once

#include "base/json_reader.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// An execution from its object, as parse_strategy() reads it from a file.
StrategyFile to_strategy(const JsonReader& reader);

}  // namespace calculon
