#pragma once

#include <string>

#include "calculon/strategy/strategy.h"

namespace calculon {

// Writes whom each processor talks to, as JSON: {"0": {"tensor": [ids], "pipeline": id,
// "data": [ids]}, ...}, one processor a line, ids with tensor rank fastest and data rank slowest,
// groups with the processor itself, the last stage pointing back to the first (quirk G12). A
// parallelism of 1 has no member.
void write_peers(const Strategy& strategy, const std::string& path);

}  // namespace calculon
