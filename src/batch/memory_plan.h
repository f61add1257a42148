#pragma once

#include <optional>

#include "batch/batch_shape.h"
#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/reason.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// Bytes of each kind of data on one processor (docs/model.md, "Memory"; quirk E8).
struct MemorySpaces {
  double weights = 0;
  double activations = 0;
  double checkpoints = 0;
  double activation_grads = 0;
  double weight_grads = 0;
  double optimizer = 0;
};

// The statistics of the memory parts.
inline void set_spaces(Stats& stats, const MemorySpaces& spaces) {
  stats.weight_space = spaces.weights;
  stats.act_space = spaces.activations;
  stats.act_checkpoint_size = spaces.checkpoints;
  stats.act_grad_space = spaces.activation_grads;
  stats.weight_grad_space = spaces.weight_grads;
  stats.optimizer_space = spaces.optimizer;
}

struct MemoryPlan {
  MemorySpaces whole;      // everything, in whichever tier
  MemorySpaces offloaded;  // what stays in tier 1 of a kind of data that is offloaded
  MemorySpaces tier1;      // where everything is, as the schedule offloads it
  MemorySpaces tier2;
  double tier1_bytes = 0;
  double tier2_bytes = 0;
};

// `optimizer` is the profile with the schedule's optimizer_shards().
MemoryPlan plan_memory(const BlockProfile& block, const OptimizerProfile& optimizer,
                       const ScheduleChoices& schedule, const BatchShape& shape);

// Rules I6 and I7 (ME3 and ME4); filling a tier to the last byte is allowed.
inline bool fits_memory(double tier1_bytes, double tier2_bytes, const System& system) {
  return tier1_bytes <= system.mem1.capacity_bytes && tier2_bytes <= system.mem2.capacity_bytes;
}
// Which tier is too small. REQUIRES bytes that do not fit.
inline Infeasible full_memory(double tier1_bytes, double tier2_bytes, const System& system) {
  if (tier1_bytes > system.mem1.capacity_bytes) {
    return {Reason::kTier1Capacity, tier1_bytes, system.mem1.capacity_bytes};
  }
  return {Reason::kTier2Capacity, tier2_bytes, system.mem2.capacity_bytes};
}
inline std::optional<Infeasible> check_memory(const MemoryPlan& plan, const System& system) {
  if (fits_memory(plan.tier1_bytes, plan.tier2_bytes, system)) {
    return std::nullopt;
  }
  return full_memory(plan.tier1_bytes, plan.tier2_bytes, system);
}

// What makes an answer meaningless (rules ME5 and ME6): stored activations
// below 0 (quirk M10), or attention that vanishes in floor divisions (quirk M23).
inline std::optional<Infeasible> check_answer(const BlockProfile& block, const MemoryPlan& plan) {
  const BlockChoices& choices = block.choices;
  if (choices.training && plan.whole.activations < block.block_act_working_space) {
    return Infeasible{Reason::kNegativeActivations, block.block_act_working_space,
                      plan.whole.activations};
  }
  if (choices.activation_recompute == ActivationRecompute::kAttnOnly && block.block_re_time <= 0) {
    return Infeasible{Reason::kNoAttention};
  }
  return std::nullopt;
}

}  // namespace calculon
