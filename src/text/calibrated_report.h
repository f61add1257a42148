#pragma once

#include <string>

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/calibrated/calibrated_stats.h"
#include "calibrated/block_inventory.h"
#include "calibrated/uncertainty.h"

namespace calculon {

// A prediction of the calibrated methodology with what it was made from.
struct CalibratedReport {
  const Transformer& model;
  const System& system;
  const CalibratedExecution& execution;
  const CalibratedStats& stats;
};

// The statistics file: section 12 of the specification, the exact number of parameters, and the
// uncertainty. Throws InputError if they are too many to count.
Json calibrated_json(const CalibratedReport& report);

// `median_percent`, `p90_percent` and `basis`.
Json uncertainty_json(const Uncertainty& uncertainty);
// "+-3.5 % typical, +-12 % in nine of ten cases".
std::string uncertainty_text(const Uncertainty& uncertainty);

// The products, kept tensors and exchanges of each kind of block, for one microbatch of a rank.
Json inventory_json(const std::vector<BlockInventory>& inventories);

// For people: rates, where the time goes, what is in memory, and how far to trust it.
std::string calibrated_text(const CalibratedReport& report, bool color);

// What takes the room where an execution does not fit.
std::string memory_shortfall_text(const CalibratedStats& stats);

}  // namespace calculon
