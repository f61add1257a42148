#include "batch/memory_plan.h"

#include <algorithm>

namespace calculon {
namespace {

// Microbatches whose activations a processor holds at once: those in flight, more with
// interleaving (quirk E2: even more than there are).
double microbatches_held(const BatchShape& shape) {
  const double in_flight = std::min(shape.microbatches, shape.stages);
  return shape.chunks == 1 ? in_flight
                           : in_flight * (1 + (shape.stages - 1) / (shape.chunks * shape.stages));
}

// Everything a processor has, in whichever tier.
MemorySpaces whole_spaces(const BlockProfile& block, const OptimizerStats& optimizer,
                          const BatchShape& shape) {
  const bool recompute_all = block.choices.activation_recompute == ActivationRecompute::kFull;
  const double blocks = shape.blocks;
  const double working = block.block_act_working_space;
  const double gradients = block.block_weight_grad_space_no_sharding;
  const double held = microbatches_held(shape);
  // Stored blocks beside the one at work.
  const double stored_blocks = block.choices.rules.holds_microbatches_in_flight ? blocks * held - 1
                               : shape.stages > 1 ? blocks - 1  // quirk M8
                                                  : 1;
  MemorySpaces whole;
  whole.weights = blocks * block.block_weight_space;
  // Quirk C7: with full recomputation one block's sum, not a peak.
  whole.activations = block.choices.training && !recompute_all
                          ? working + block.block_act_storage_space * stored_blocks
                          : working;
  // Quirk M9: in flight, whatever the activations are.
  whole.checkpoints = recompute_all ? blocks * block.block_act_checkpoint_size * held : 0;
  whole.activation_grads = block.block_act_grad_space;
  // Quirks E1, E5: one block keeps its gradients unreduced, the others reduced.
  whole.weight_grads =
      blocks == 1 ? gradients : gradients + optimizer.block_weight_grad_space * (blocks - 1);
  whole.optimizer = blocks * optimizer.block_optimizer_space;
  return whole;
}

// What stays in tier 1 of a kind of data that is offloaded. Quirk E4: two blocks of most data, but
// one block of stored activations.
MemorySpaces spaces_left(const BlockProfile& block, const OptimizerStats& optimizer) {
  const bool recompute_all = block.choices.activation_recompute == ActivationRecompute::kFull;
  const double working = block.block_act_working_space;
  MemorySpaces rest;
  rest.weights = 2 * block.block_weight_space;
  rest.activations = recompute_all ? working : working + block.block_act_storage_space;
  rest.checkpoints = recompute_all ? 2 * block.block_act_checkpoint_size : 0;
  rest.activation_grads = block.block_act_grad_space;
  rest.weight_grads = block.block_weight_grad_space_no_sharding + optimizer.block_weight_grad_space;
  rest.optimizer = 2 * optimizer.block_optimizer_space;
  return rest;
}

double total(const MemorySpaces& spaces) {
  return spaces.weights + spaces.activations + spaces.checkpoints + spaces.activation_grads +
         spaces.weight_grads + spaces.optimizer;
}

}  // namespace

MemoryPlan plan_memory(const BlockProfile& block, const OptimizerStats& optimizer,
                       const ScheduleChoices& schedule, const BatchShape& shape) {
  MemoryPlan plan;
  plan.whole = whole_spaces(block, optimizer, shape);
  plan.offloaded = spaces_left(block, optimizer);
  const MemorySpaces& whole = plan.whole;
  const MemorySpaces& rest = plan.offloaded;
  plan.tier1 = whole;
  if (schedule.weight_offload) {
    plan.tier1.weights = rest.weights;
    plan.tier2.weights = whole.weights;
  }
  if (schedule.activations_offload) {
    const bool recompute_all = block.choices.activation_recompute == ActivationRecompute::kFull;
    plan.tier1.activations = rest.activations;
    plan.tier1.checkpoints = rest.checkpoints;
    plan.tier2.activations = recompute_all ? 0 : whole.activations;
    plan.tier2.checkpoints = whole.checkpoints;
  }
  if (schedule.optimizer_offload) {
    plan.tier1.weight_grads = rest.weight_grads;
    plan.tier1.optimizer = rest.optimizer;
    plan.tier2.weight_grads = shape.blocks * optimizer.block_weight_grad_space;
    plan.tier2.optimizer = whole.optimizer;
  }
  plan.tier1_bytes = total(plan.tier1);
  plan.tier2_bytes = total(plan.tier2);
  return plan;
}

}  // namespace calculon
