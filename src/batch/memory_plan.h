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

// What a stage has of each kind, whichever of them a schedule offloads.
struct StageSpaces {
  MemorySpaces whole;      // everything, in whichever tier
  MemorySpaces offloaded;  // what stays in tier 1 of a kind of data that is offloaded
  MemorySpaces moved;      // what is in tier 2 of it then
};

// The stages of which one needs most, for all schedules that differ in offloading alone.
struct PipelineSpaces {
  StageSpaces first;
  std::optional<StageSpaces> last;  // if it may need more
};
// `optimizer` is the profile with the schedules' optimizer_shards().
PipelineSpaces pipeline_spaces(const BlockProfile& block, const OptimizerProfile& optimizer,
                               const BatchShape& shape);

// Where everything of a stage is, as a schedule offloads it.
struct MemorySplit {
  MemorySpaces tier1;
  MemorySpaces tier2;
};

inline MemorySplit split_memory(const StageSpaces& stage, const ScheduleChoices& schedule) {
  static constexpr MemorySpaces kNothing;
  const auto kept = [&](bool offloaded) -> const MemorySpaces& {
    return offloaded ? stage.offloaded : stage.whole;
  };
  const auto moved = [&](bool offloaded) -> const MemorySpaces& {
    return offloaded ? stage.moved : kNothing;
  };
  const bool weights = schedule.weight_offload;
  const bool activations = schedule.activations_offload;
  const bool optimizer = schedule.optimizer_offload;
  return {{kept(weights).weights, kept(activations).activations, kept(activations).checkpoints,
           stage.whole.activation_grads, kept(optimizer).weight_grads, kept(optimizer).optimizer},
          {moved(weights).weights, moved(activations).activations, moved(activations).checkpoints,
           0, moved(optimizer).weight_grads, moved(optimizer).optimizer}};
}

inline double total_bytes(const MemorySpaces& spaces) {
  return spaces.weights + spaces.activations + spaces.checkpoints + spaces.activation_grads +
         spaces.weight_grads + spaces.optimizer;
}

struct TierBytes {
  double tier1;
  double tier2;
};
inline TierBytes tier_bytes(const StageSpaces& stage, const ScheduleChoices& schedule) {
  const MemorySplit split = split_memory(stage, schedule);
  return {total_bytes(split.tier1), total_bytes(split.tier2)};
}

// The stage that needs most of tier 1.
inline const StageSpaces& fullest_stage(const PipelineSpaces& memory,
                                        const ScheduleChoices& schedule) {
  const bool is_last = memory.last && tier_bytes(*memory.last, schedule).tier1 >
                                          tier_bytes(memory.first, schedule).tier1;
  return is_last ? *memory.last : memory.first;
}

// Rules I6 and I7 (ME3 and ME4); filling a tier to the last byte is allowed.
inline bool fits_memory(const TierBytes& bytes, const System& system) {
  return bytes.tier1 <= system.mem1.capacity_bytes && bytes.tier2 <= system.mem2.capacity_bytes;
}
// Which tier is too small. REQUIRES bytes that do not fit.
inline Infeasible full_memory(const TierBytes& bytes, const System& system) {
  if (bytes.tier1 > system.mem1.capacity_bytes) {
    return {Reason::kTier1Capacity, bytes.tier1, system.mem1.capacity_bytes};
  }
  return {Reason::kTier2Capacity, bytes.tier2, system.mem2.capacity_bytes};
}
inline std::optional<Infeasible> check_memory(const TierBytes& bytes, const System& system) {
  if (fits_memory(bytes, system)) {
    return std::nullopt;
  }
  return full_memory(bytes, system);
}

// What makes an answer meaningless (rules ME5 and ME6): stored activations
// below 0 (quirk M10), or attention that vanishes in floor divisions (quirk M23).
inline std::optional<Infeasible> check_answer(const BlockProfile& block, const StageSpaces& stage) {
  const BlockChoices& choices = block.choices;
  if (choices.training && stage.whole.activations < block.block_act_working_space) {
    return Infeasible{Reason::kNegativeActivations, block.block_act_working_space,
                      stage.whole.activations};
  }
  if (choices.activation_recompute == ActivationRecompute::kAttnOnly && block.block_re_time <= 0) {
    return Infeasible{Reason::kNoAttention};
  }
  return std::nullopt;
}

}  // namespace calculon
