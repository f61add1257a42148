#pragma once

#include <variant>

#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/hardware/system.h"
#include "calibrated/step_time.h"
#include "calibrated/suitability.h"

namespace calculon {

// Throws InputError by rules KC21 and KC22, and where a figure leaves the range of a number. An
// execution that does not suit is told by its rule; one that does not fit into memory (rule KD7) is
// evaluated, and its verdict says so.
std::variant<CalibratedStats, Unsuitable> evaluate_calibrated(const Transformer& model,
                                                              const System& system,
                                                              const CalibratedExecution& execution);

// The figures of an execution that follow from its parts: all but the lists of stages and the
// memory.
void set_figures(CalibratedStats& stats, const Transformer& model,
                 const CalibratedExecution& execution, const Machine& machine,
                 const BlockTime& block, const EndTimes& ends, const Step& step);

}  // namespace calculon
