#pragma once

#include "calculon/bandwidth/bandwidth.h"

namespace calculon {

// The rules of the bandwidth model in the three groups in which they are tested; null, or the first
// violated rule of the group. Each group takes the ones before it for granted.
const TrainingRunRule* check_bandwidth_inputs(const BandwidthInputs& in,
                                              const BandwidthShape& shape);
const TrainingRunRule* check_efficiency(const BandwidthInputs& in, const BandwidthShape& shape);
const TrainingRunRule* check_degrees(const BandwidthInputs& in, const BandwidthShape& shape);

}  // namespace calculon
