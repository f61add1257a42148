#pragma once

#include <cstdint>
#include <optional>

#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/outcome.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The published model of one transformer on one system, for one strategy after the other. It
// remembers the last profiles, so that strategies that differ only in their schedules share them.
// model/evaluate.h is the door to it.
class PublishedEvaluator {
 public:
  // Both have to live as long as the evaluator is used.
  PublishedEvaluator(const Transformer& transformer, const System& system)
      : transformer_(transformer), system_(system) {}

  // From the inputs to the answer: all checks that follow reading, in their published order, the
  // profiles and the schedule. Throws InputError, also for a reason that is_wrong_input() and for a
  // result past the range of a double.
  Outcome<Stats> evaluate(const StrategyFile& execution);
  // The same without the checks, and every reason comes back as such. REQUIRES a strategy without
  // contradiction (strategy.h) that suits model and system (placement.h).
  Outcome<Stats> answer(const Strategy& strategy);

  // The memory parts (statistics/role.h) of what a strategy keeps in memory tier 1 or 2, bytes;
  // other statistics are 0. REQUIRES what answer() does, but it need not fit.
  Stats tier_parts(const Strategy& strategy, int tier);

 private:
  struct Step {
    BlockChoices choices;
    OptimizerShards shards;
    OptimizerProfile stats;
  };
  const BlockProfile& block(const BlockChoices& choices);
  const OptimizerProfile& optimizer(const BlockChoices& choices, const OptimizerShards& shards);

  const Transformer& transformer_;
  const System& system_;
  std::optional<BlockProfile> block_;
  std::optional<Step> step_;
};

}  // namespace calculon
