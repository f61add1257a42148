#pragma once

#include "base/json_reader.h"
#include "calculon/base/hash.h"

namespace calculon {

// A hash that is the same for objects that mean the same: the order of keys does not count, nor
// whether a number is written as 8 or 8.0.
Hash128 canonical_hash(const Json& json);

}  // namespace calculon
