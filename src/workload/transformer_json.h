#pragma once

#include "base/json_reader.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// A model from its object, as parse_transformer() reads it from a file.
Transformer to_transformer(const JsonReader& reader);

}  // namespace calculon
