#pragma once

#include <cstdint>

#include "calculon/bandwidth/bandwidth.h"

namespace calculon {

// Microbatches that a pipeline should have for each stage (rule RA7).
inline constexpr std::int64_t kMicrobatchesPerStage = 4;

// The rules of the bandwidth model in the three groups in which they are tested; null, or the first
// violated rule of the group. Each group takes the ones before it for granted.
const TrainingRunRule* check_bandwidth_inputs(const BandwidthInputs& in,
                                              const BandwidthShape& shape);
const TrainingRunRule* check_efficiency(const BandwidthInputs& in, const BandwidthShape& shape);
const TrainingRunRule* check_degrees(const BandwidthInputs& in, const BandwidthShape& shape);

}  // namespace calculon
