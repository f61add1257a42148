#pragma once

#include <string>

#include "calculon/strategy/reason.h"

namespace calculon {

// What a rejection is about, without the numbers that make each of them different: "memory tier 1
// is too small", "network tier 0 must be filled".
std::string reason_kind(const Infeasible& infeasible);

}  // namespace calculon
