#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"

namespace calculon::fuzz {

// Sentences on what cannot be in the statistics of a calibrated execution: a figure without a
// value, parts of the time that are not the step, parts of a stage that are not its peak. In
// float16 gradients may be fewer at the peak, which only then is below its parts. None for other
// JSON.
std::vector<std::string> faults_of_statistics(const Json& stats);

// The same for a step's timeline: bars that overlap or leave the step, and an end that is not its
// time.
std::vector<std::string> faults_of_timeline(const Json& trace);

}  // namespace calculon::fuzz
