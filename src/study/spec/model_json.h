#pragma once

#include "base/json_reader.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The object of a model, which reads back as the same model: the six counts, and whatever is not as
// it would be without its key.
Json model_json(const Transformer& transformer);

}  // namespace calculon
