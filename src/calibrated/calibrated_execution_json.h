#pragma once

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_execution.h"

namespace calculon {

// An execution from its object, as parse_calibrated_execution() reads it from a file.
CalibratedExecution to_calibrated_execution(const JsonReader& reader);

}  // namespace calculon
