#pragma once

#include <string>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// How far a step time can be trusted, in percent of it (section 18): the typical error, and that of
// nine in ten cases.
struct Uncertainty {
  double median_percent = 0;
  double p90_percent = 0;
  std::string basis;
};

Uncertainty uncertainty_of(const Transformer& model, const System& system,
                           const CalibratedExecution& execution);

}  // namespace calculon
