#pragma once

#include <cstdint>

#include "calculon/strategy/strategy.h"
#include "launch/framework.h"
#include "launch/launch_job.h"

namespace calculon {

// Adds to a job what a published execution says and the calibrated dialect does not: fused
// activations, gathers that are done again, and on which networks groups of ranks stand. `domain`
// is the number of processors on the inner network.
void add_published_remarks(const Strategy& strategy, Framework framework, std::int64_t domain,
                           LaunchJob& job);

}  // namespace calculon
