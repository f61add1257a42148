#pragma once

#include <optional>
#include <string>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/hardware/system.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// A change of one setting with which an execution fits into memory.
struct NearestFit {
  std::string setting;
  std::string from;
  std::string to;
  double total_time = 0;
  MemoryVerdict verdict = MemoryVerdict::kFits;
};

// Of the neighbours of an execution that does not fit (more recomputation, more sharding, a smaller
// microbatch, a higher tensor, context or pipeline degree in place of data parallelism), the
// fastest that does; nothing if none fits.
std::optional<NearestFit> nearest_fit(const Transformer& model, const System& system,
                                      const CalibratedExecution& execution);

}  // namespace calculon
