#pragma once

#include <span>

#include "calculon/calibrated/calibrated_stats.h"
#include "calibrated/block_memory.h"
#include "calibrated/machine.h"
#include "calibrated/stage_load.h"

namespace calculon {

// The memory of the stages of an execution: what depends on the block is given, then each stage is
// a few operations and nothing is allocated.
class MemoryModel {
 public:
  // REQUIRES that the execution suits the model. Keeps pointers to all but the placement.
  MemoryModel(const Transformer& model, const RankMemory& rank,
              const CalibratedExecution& execution, const Machine& machine,
              const RankPlacement& placement);

  // Calls visit(StageMemory) for each of these stages and returns what the device needs for the
  // largest of them. REQUIRES at least one.
  template <class Visit>
  DeviceNeed stages(std::span<const StageLoad> loads, const Visit& visit) const {
    DeviceNeed need;
    need.peak_stage = -1;
    for (const StageLoad& load : loads) {
      const StageMemory stage = stage_memory(load);
      visit(stage);
      if (need.peak_stage < 0 || stage.peak > need.peak) {
        need.peak = stage.peak;
        need.peak_stage = load.stage;
      }
    }
    complete(need);
    return need;
  }

 private:
  struct Contents;

  StageMemory stage_memory(const StageLoad& load) const;
  Contents contents(const StageLoad& load) const;
  void add_parameters(Contents& contents, bool pipeline) const;
  // Returns parameters, optimizer and gradients as they are at the peak.
  double add_state(StageMemory& memory, const Contents& contents) const;
  double weight_buffers(const Contents& contents) const;
  double retained(const Contents& contents) const;
  double head_bytes(const Contents& contents) const;
  double working_set(const Contents& contents, double head) const;
  double gathered(const Contents& contents) const;
  void complete(DeviceNeed& need) const;

  const Transformer* model_;
  const RankMemory* rank_;
  const CalibratedExecution* execution_;
  const Machine* machine_;
  StateShards shards_;
  bool holds_buffers_ = false;  // weight gradients
};

}  // namespace calculon
