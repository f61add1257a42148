#include "strategy/crossing_group.h"

#include <fmt/format.h>

#include <algorithm>

#include "calculon/strategy/placement.h"

namespace calculon {
namespace {

// The processors of a group of the degrees that are placed on a tier: those of the dense layers, or
// those of the experts (quirk M39).
std::int64_t group_on_tier(const Strategy& s, std::int64_t tier, Product without) {
  std::int64_t group = 1;
  for (const PlacedDegree& placed : kPlacedDegrees) {
    if (placed.product != without && s.*placed.tier == tier) {
      group *= s.*placed.degree;
    }
  }
  return group;
}

bool is_loose(const Network& network, std::int64_t num_procs) {
  return !network.must_be_filled && network.size < num_procs;
}

}  // namespace

std::optional<CrossingGroup> crossing_group(const Strategy& s, const System& system) {
  for (std::size_t i = 0; i < system.networks.size(); ++i) {
    const Network& network = system.networks[i];
    if (!is_loose(network, s.num_procs)) {
      continue;
    }
    const auto tier = static_cast<std::int64_t>(i);
    const auto crosses = [&](std::int64_t group) { return group > 1 && network.size % group != 0; };
    if (const std::int64_t dense = group_on_tier(s, tier, Product::kExperts); crosses(dense)) {
      return CrossingGroup{tier, dense};
    }
    if (const std::int64_t experts = s.model_MoE ? group_on_tier(s, tier, Product::kDense) : 1;
        crosses(experts)) {
      return CrossingGroup{tier, experts};
    }
  }
  return std::nullopt;
}

bool may_cross(const System& system, std::int64_t num_procs) {
  return std::any_of(system.networks.begin(), system.networks.end(),
                     [&](const Network& network) { return is_loose(network, num_procs); });
}

std::string crossing_text(const CrossingGroup& crossing, const System& system) {
  const Network& network = system.networks[static_cast<std::size_t>(crossing.tier)];
  return fmt::format(
      "network tier {} of {} connects {} processors and need not be filled (must_be_filled is "
      "false): the published model takes every group of {} on it as within the tier, though some "
      "of them would cross to another one",
      crossing.tier, system.name, network.size, crossing.group);
}

}  // namespace calculon
