#pragma once

#include <optional>
#include <string>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// Why an execution does not suit a model or a machine, before any memory is counted.
struct Unsuitable {
  std::string_view rule;  // "KD4"
  std::string words;
};

// Rules KD1 to KD6; `reach` is the processors that the machine's two inner tiers connect.
std::optional<Unsuitable> why_unsuitable(const Transformer& model,
                                         const CalibratedExecution& execution, double reach);

}  // namespace calculon
