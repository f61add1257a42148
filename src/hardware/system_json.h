#pragma once

#include "base/json_reader.h"
#include "calculon/hardware/system.h"

namespace calculon {

// A system from its object, as parse_system() reads it from a file.
System to_system(const JsonReader& reader);

}  // namespace calculon
