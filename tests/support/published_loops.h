#pragma once

#include <vector>

#include "calculon/search/strategy_space.h"

namespace calculon::test {

// The published searches of mixtures of experts as the loops they are, over a tiny model on two
// network tiers: what a strategy space is held against.
struct PublishedLoops {
  Transformer model;
  System system;
  SpaceOptions options;

  PublishedLoops(SpaceKind kind, std::int64_t num_procs, std::int64_t num_experts);

  // What the loops visit.
  std::vector<Strategy> published() const;
  // What the space of these options has.
  std::vector<Strategy> enumerated() const;

 private:
  std::vector<Strategy> degrees() const;
};

}  // namespace calculon::test
