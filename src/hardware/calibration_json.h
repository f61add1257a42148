#pragma once

#include "base/json_reader.h"
#include "calculon/hardware/calibration.h"

namespace calculon {

// The constants of a `calibration` object (rule KC20). Throws InputError.
Calibration to_calibration(const JsonReader& reader);

}  // namespace calculon
