#pragma once

#include "calculon/base/files.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// Writes whom each processor talks to, as JSON: {"0": {"tensor": [ids], "pipeline": id,
// "data": [ids]}, ...}, one processor a line, ids with tensor rank fastest and data rank slowest,
// groups with the processor itself, the last stage pointing back to the first (quirk G12). A
// parallelism of 1 has no member. A mixture of experts adds "expert_slice", "expert" and
// "data_exp": among the processors of a stage, the slices of an expert are next to each other, then
// come the experts, then their replicas.
void write_peers(const Strategy& strategy, OutputFile& file);

}  // namespace calculon
