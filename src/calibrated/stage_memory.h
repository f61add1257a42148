#pragma once

#include "calculon/calibrated/calibrated_stats.h"
#include "calibrated/block_memory.h"
#include "calibrated/machine.h"
#include "calibrated/pipeline_layout.h"

namespace calculon {

// The memory of all stages of an execution: what depends on the block is computed once, then each
// stage is a few operations and nothing is allocated.
class MemoryModel {
 public:
  // REQUIRES that the execution suits the model. Keeps pointers to both.
  MemoryModel(const Transformer& model, const CalibratedExecution& execution,
              const Machine& machine, const RankPlacement& placement);

  // Calls visit(StageMemory) for each stage, in order, and returns what the device needs.
  template <class Visit>
  DeviceNeed stages(const PipelineLayout& layout, const Visit& visit) const {
    DeviceNeed need;
    for (std::int64_t i = 0; i < layout.stages(); ++i) {
      const StageMemory stage = stage_memory(layout, i);
      visit(stage);
      if (i == 0 || stage.peak > need.peak) {
        need.peak = stage.peak;
        need.peak_stage = i;
      }
    }
    complete(need);
    return need;
  }

 private:
  struct Contents;

  StageMemory stage_memory(const PipelineLayout& layout, std::int64_t stage) const;
  Contents contents(const PipelineLayout& layout, std::int64_t stage) const;
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
  const CalibratedExecution* execution_;
  const Machine* machine_;
  RankShape shape_;
  double vocabulary_ = 0;  // padded
  StateShards shards_;
  bool last_has_experts_ = false;  // the model's last block
  bool holds_buffers_ = false;     // weight gradients
  // Of a block without and with experts.
  std::array<RankParameters, 2> parameters_;
  std::array<double, 2> kept_{};
  std::array<double, 2> whole_{};
};

}  // namespace calculon
