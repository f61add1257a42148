#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"
#include "calibrated/pipeline_layout.h"

namespace calculon {

// What of a model lies on a pipeline stage, and how much of it is alive at once: forwards whose
// backward is still to come (section 6.2 of the memory model). Blocks are counted by kind, those
// without and those with experts. Depends on the schedule alone, not on how a block is split.
struct StageLoad {
  std::int64_t stage = 0;
  bool first = false;
  bool last = false;
  std::array<double, 2> blocks{};
  std::array<double, 2> alive_blocks{};  // a block once for each forward that is alive
  double alive_first = 0;                // forwards of the model's first chunk, if it is here
  double alive_last = 0;                 // and of its last one
};

// Of all stages, in order. REQUIRES that the execution suits the model.
std::vector<StageLoad> stage_loads(const Transformer& model, const CalibratedExecution& execution,
                                   const PipelineLayout& layout);

// Without the stages that an earlier one equals or exceeds in every count: among the rest is a
// stage with the largest peak, whatever a block needs.
std::vector<StageLoad> heaviest_loads(const std::vector<StageLoad>& loads);

}  // namespace calculon
