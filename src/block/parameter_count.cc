#include "calculon/block/parameter_count.h"

#include <algorithm>
#include <cmath>

#include "block/block_layers.h"
#include "calculon/strategy/placement.h"

namespace calculon {

ParameterCount count_parameters(const Transformer& transformer, const Strategy& strategy) {
  double shared = 0;
  double experts = 0;
  for (const Layer& layer : block_layers(BlockShape(transformer, strategy))) {
    (layer.of_experts ? experts : shared) += layer.weights;
  }
  const double blocks =
      static_cast<double>(blocks_per_processor(transformer, strategy.pipeline_par)) *
      static_cast<double>(strategy.pipeline_par);
  const auto local_experts = static_cast<double>(strategy.num_experts / strategy.expert_par);
  const double one_expert = experts * static_cast<double>(strategy.expert_slice) / local_experts;
  const auto of_experts = [&](std::int64_t count) {
    return std::floor(one_expert * blocks * static_cast<double>(count));
  };
  const double of_all = shared * blocks * static_cast<double>(strategy.tensor_par);
  return {of_all + of_experts(strategy.num_experts),
          of_all + of_experts(std::min(strategy.top_k_experts, strategy.num_experts))};
}

}  // namespace calculon
