#include "strategy/crossing_group.h"

#include <fmt/format.h>

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

bool crosses(std::int64_t group, const Network& network, std::int64_t num_procs) {
  return !network.must_be_filled && network.size < num_procs && network.size % group != 0;
}

}  // namespace

std::optional<CrossingGroup> crossing_group(const Strategy& s, const System& system) {
  for (std::size_t i = 0; i < system.networks.size(); ++i) {
    const auto tier = static_cast<std::int64_t>(i);
    const std::int64_t dense = group_on_tier(s, tier, Product::kExperts);
    const std::int64_t experts = s.model_MoE ? group_on_tier(s, tier, Product::kDense) : 1;
    for (const std::int64_t group : {dense, experts}) {
      if (crosses(group, system.networks[i], s.num_procs)) {
        return CrossingGroup{tier, group};
      }
    }
  }
  return std::nullopt;
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
