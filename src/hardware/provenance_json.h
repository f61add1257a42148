#pragma once

#include "base/json_reader.h"
#include "calculon/hardware/provenance.h"

namespace calculon {

// What reports repeat of a `provenance` value, whatever it is.
Provenance to_provenance(const Json& json);

}  // namespace calculon
