#pragma once

#include <compare>
#include <cstddef>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calibrated/search/wanted_settings.h"

namespace calculon {

// What decides which choices there are, besides what is wanted.
struct RankContext {
  bool tensor_group = false;
  bool replicas = false;  // more than one rank holds the same parameters
  bool pipeline = false;

  auto operator<=>(const RankContext&) const = default;
};

// All combinations of the choices that a search makes inside the degrees of parallelism, in the
// order of enumeration: the loops over recomputation and sharding, then those that a user has
// opened (section 15 of the specification).
struct ChoiceList {
  // Executions with these choices and their dependent defaults; degrees are as in the base.
  std::vector<CalibratedExecution> executions;
  // Of each, the number of its block choices among the different ones.
  std::vector<std::size_t> blocks;
  std::vector<std::size_t> first_of_block;  // an execution with these
};

// `base` has what all executions of the search share.
ChoiceList choice_list(const CalibratedExecution& base, const WantedSettings& wanted,
                       const RankContext& context);

}  // namespace calculon
