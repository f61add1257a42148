#pragma once

#include <cstdint>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/calibrated/calibrated_stats.h"
#include "calibrated/pipeline_schedule.h"

namespace calculon {

// Chunks of a pipeline that a timeline can show.
inline constexpr std::int64_t kMostDrawnChunks = 1 << 16;

// A predicted step, bar by bar. The pipeline is a schedule of whole passes, drawn from the times of
// a block and the ends; what the model puts behind the pipeline follows once (step_timeline.cc says
// what is schematic). Bars of one stage on one track (computation, communication) do not overlap,
// and the last one ends at the step's time.
struct StepTimeline {
  std::vector<StepBar> bars;  // those of a stage behind each other, the step's last
  std::int64_t microbatches = 1;
  std::int64_t left_out = 0;    // of these, in the middle
  double pipeline_seconds = 0;  // what the model allots to the pipeline
  double schedule_seconds = 0;  // when its last bar ends
  double scale = 1;             // length of a bar of the pipeline over its time in the model
};

// `stats` are those of the execution, `engine_seconds` is its system's pipeline_engine_seconds and
// `blocks` the model's. REQUIRES at most kMostDrawnChunks chunks.
StepTimeline step_timeline(const CalibratedStats& stats, const CalibratedExecution& execution,
                           double engine_seconds, std::int64_t blocks);

}  // namespace calculon
