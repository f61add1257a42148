#pragma once

#include <string>

#include "calculon/calibrated/calibrated_stats.h"
#include "calibrated/step_timeline.h"

namespace calculon {

// A predicted step as a Chrome trace, for Perfetto and chrome://tracing: a process for each stage
// with a thread for computation and one for communication, and a process for the step as a whole.
// Throws InputError if its microseconds leave the range of a number.
std::string calibrated_timeline_text(const StepTimeline& timeline, const CalibratedStats& stats);

}  // namespace calculon
