#pragma once

#include <string>

#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What a model file says of its layers that the corrected model has no layers for, or that its
// execution contradicts: one line naming key and value; "" if nothing, and always in the published
// model, which does not look at the details.
std::string details_contradiction(const Transformer& transformer, const BlockChoices& choices);

}  // namespace calculon
