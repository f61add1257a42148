#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// Groups on a network tier, from 0, some of which are bound to stand on both sides of a border
// between two of its domains: their size does not divide the tier's, and there are more processors
// than the tier connects. Where `must_be_filled` is false the published model lets them pass.
struct CrossingGroup {
  std::int64_t tier = 0;
  std::int64_t group = 1;  // processors

  auto operator<=>(const CrossingGroup&) const = default;
};

// The first of a strategy that a system lets pass. REQUIRES that all its tiers are there.
std::optional<CrossingGroup> crossing_group(const Strategy& strategy, const System& system);

// Whether some strategy of so many processors may have any.
bool may_cross(const System& system, std::int64_t num_procs);

// What the model assumes of them.
std::string crossing_text(const CrossingGroup& crossing, const System& system);

}  // namespace calculon
