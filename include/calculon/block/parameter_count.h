#pragma once

#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The weights of the blocks that an execution makes of a model. Weights that all processors of a
// tensor group hold count once for each (quirk M25); no biases, no embeddings.
struct ParameterCount {
  double total = 0;
  double active = 0;  // those that one token meets: top_k_experts of the num_experts
};

// The strategy has to fit the model (placement.h). Throws nothing.
ParameterCount count_parameters(const Transformer& transformer, const Strategy& strategy);

}  // namespace calculon
