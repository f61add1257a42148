#include "calculon/batch/published_evaluator.h"

#include "batch/batch_shape.h"
#include "batch/memory_plan.h"
#include "calculon/batch/evaluate.h"
#include "calculon/strategy/placement.h"

namespace calculon {

Outcome<Stats> PublishedEvaluator::evaluate(const StrategyFile& execution) {
  const Strategy& strategy = execution.strategy;
  if (const auto infeasible = check_networks(strategy, system_)) {
    return *infeasible;
  }
  if (execution.datatype_error) {
    throw *execution.datatype_error;
  }
  if (strategy.model_MoE && strategy.rules.checks_degrees_late) {
    if (const std::string line = grid_contradiction(strategy); !line.empty()) {
      throw InputError(line);
    }
  }
  if (const auto infeasible = check_blocks(strategy, transformer_)) {
    return *infeasible;
  }
  const Outcome<Stats> stats = answer(strategy);
  if (stats) {
    require_finite(*stats);
  } else if (is_wrong_input(stats.error().reason)) {
    throw InputError(describe(stats.error()));
  }
  return stats;
}

Outcome<Stats> PublishedEvaluator::answer(const Strategy& strategy) {
  const BlockProfile& profile = block(strategy);
  const OptimizerProfile& step = optimizer(strategy, strategy.optimizer_shards());
  return calculon::evaluate(transformer_, system_, profile, step, strategy);
}

Stats PublishedEvaluator::tier_parts(const Strategy& strategy, int tier) {
  const BlockProfile& profile = block(strategy);
  const OptimizerProfile& step = optimizer(strategy, strategy.optimizer_shards());
  const BatchShape shape(transformer_, strategy, strategy.microbatch_size);
  const PipelineSpaces memory = pipeline_spaces(profile, step, shape);
  const MemorySplit split = split_memory(fullest_stage(memory, strategy), strategy);
  Stats parts;
  set_spaces(parts, tier == 1 ? split.tier1 : split.tier2);
  return parts;
}

const BlockProfile& PublishedEvaluator::block(const BlockChoices& choices) {
  if (!block_ || block_->choices != choices) {
    block_ = profile_block(transformer_, system_, choices);
  }
  return *block_;
}

const OptimizerProfile& PublishedEvaluator::optimizer(const BlockChoices& choices,
                                                      const OptimizerShards& shards) {
  if (!step_ || step_->shards != shards || step_->choices != choices) {
    step_ = Step{choices, shards, profile_optimizer(transformer_, system_, choices, shards)};
  }
  return step_->stats;
}

}  // namespace calculon
