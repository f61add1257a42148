#pragma once

#include <vector>

#include "calculon/workload/transformer.h"
#include "calibrated/search/calibrated_space.h"

namespace calculon {

// The loops of a space over degrees of parallelism, in the order of enumeration. Those without an
// interleaving are left out; numbers of choices and indices are not set.
// `domain` is the processors of the fast domain.
std::vector<CalibratedDegrees> calibrated_degrees(const Transformer& model, double domain,
                                                  const CalibratedSpaceOptions& options);

}  // namespace calculon
