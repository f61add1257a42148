#pragma once

#include <algorithm>

#include "batch/pipeline.h"
#include "calculon/block/block_profile.h"
#include "calculon/hardware/memory.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// What moves between the memory tiers while one block is processed (docs/model.md, "Offloading").
// Quirk D10: the larger part forward but all parts backward, the optimizer state with every
// microbatch.
struct OffloadTraffic {
  double forward_bytes = 0;
  double backward_bytes = 0;
  double forward_seconds = 0;
  double backward_seconds = 0;
};

// What stands for a block's activations in tier 2: its checkpoint under full recomputation.
inline double kept_activation_bytes(const BlockProfile& block) {
  return block.choices.activation_recompute == ActivationRecompute::kFull
             ? block.block_act_checkpoint_size
             : block.block_act_storage_space;
}

inline OffloadTraffic offload_traffic(const BlockProfile& block, const OptimizerProfile& optimizer,
                                      const ScheduleChoices& schedule, const Memory& tier2) {
  const double weights = schedule.weight_offload ? block.block_weight_space : 0;
  const double activations = schedule.activations_offload ? kept_activation_bytes(block) : 0;
  const double state = schedule.optimizer_offload ? optimizer.block_optimizer_space : 0;
  OffloadTraffic traffic;
  traffic.forward_bytes = std::max(weights, activations);
  traffic.backward_bytes = block.choices.training ? weights + activations + state : 0;
  traffic.forward_seconds = tier2.seconds(traffic.forward_bytes);
  traffic.backward_seconds = tier2.seconds(traffic.backward_bytes);
  return traffic;
}

// What offloading adds to a block's times: transfers run beside everything but the block's own
// memory traffic (quirk D11: that of recomputation is not excluded; quirk G4: rounding can leave a
// tiny overhead where nothing is offloaded).
inline BlockTimes offload_overhead(const BlockProfile& block, const OffloadTraffic& traffic,
                                   const BlockTimes& times) {
  const double forward = traffic.forward_seconds + block.block_fw_mem_time;
  const double backward =
      traffic.backward_seconds + block.block_agrad_mem_time + block.block_wgrad_mem_time;
  return {std::max(0.0, forward - times.forward_base), std::max(0.0, forward - times.forward_edge),
          std::max(0.0, backward - times.backward_base),
          std::max(0.0, backward - times.backward_edge)};
}

inline BlockTimes operator+(const BlockTimes& a, const BlockTimes& b) {
  return {a.forward_base + b.forward_base, a.forward_edge + b.forward_edge,
          a.backward_base + b.backward_base, a.backward_edge + b.backward_edge};
}

// The time of a block in which transfers can hide: the shorter block kind's. Quirk D12: the base
// block counts even if a chunk has none.
struct OffloadWindows {
  double forward_seconds = 0;
  double backward_seconds = 0;
  bool training = true;  // else there is no backward pass

  // Quirk G3: nothing can be required of a bandwidth that has no time at all.
  bool any_empty() const { return forward_seconds == 0 || (training && backward_seconds == 0); }
};

inline OffloadWindows offload_windows(const BlockProfile& block, const BlockTimes& times) {
  const double backward_memory = block.block_agrad_mem_time + block.block_wgrad_mem_time;
  return {std::min(times.forward_base - block.block_fw_mem_time,
                   times.forward_edge - block.block_fw_mem_time),
          std::min(times.backward_base - backward_memory, times.backward_edge - backward_memory),
          block.choices.training};
}

}  // namespace calculon
