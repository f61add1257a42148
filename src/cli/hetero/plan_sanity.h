#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "calculon/planner/profiles/gpu_cluster.h"
#include "cli/console.h"
#include "cli/hetero/hetero_inputs.h"

namespace calculon {

using GpuCounts = std::map<std::string, std::int64_t>;  // by type
GpuCounts gpus_by_type(const GpuCluster& cluster);

// A note if GPUs would need more than their peak, on average, for a batch in so many milliseconds:
// a plan that quirks H7 or H13 make cheap.
void tell_impossible_plan(const ModelInputs& model, const GpuCounts& gpus, std::int64_t batch_size,
                          double milliseconds, Console& console);

}  // namespace calculon
