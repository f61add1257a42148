#include "calibrated/pipeline_order.h"

#include <algorithm>

namespace calculon {
namespace {

// The `number`-th pass of a stage in one direction.
PipelinePass numbered_pass(const PipelineShape& shape, std::int64_t number, bool backward) {
  const std::int64_t of_group = shape.stages * shape.chunks;
  const std::int64_t first = number / of_group * shape.stages;
  const std::int64_t size = std::min(shape.stages, shape.microbatches - first);
  const std::int64_t place = number % of_group;
  const std::int64_t chunk = place / size;
  return {backward, first + place % size, backward ? shape.chunks - 1 - chunk : chunk};
}

std::int64_t passes_ahead(const PipelineShape& shape, std::int64_t stage) {
  const std::int64_t behind = shape.stages - stage - 1;
  return shape.chunks == 1 ? behind : 2 * behind + (shape.chunks - 1) * shape.stages;
}

}  // namespace

std::vector<PipelinePass> pipeline_passes(const PipelineShape& shape, std::int64_t stage,
                                          WarmUp warm_up) {
  const std::int64_t all = shape.microbatches * shape.chunks;
  const std::int64_t ahead =
      warm_up == WarmUp::kAll ? all : std::min(all, passes_ahead(shape, stage));
  std::vector<PipelinePass> passes;
  passes.reserve(static_cast<std::size_t>(2 * all));
  for (std::int64_t i = 0; i < ahead; ++i) {
    passes.push_back(numbered_pass(shape, i, false));
  }
  for (std::int64_t i = 0; i < all; ++i) {
    if (ahead + i < all) {
      passes.push_back(numbered_pass(shape, ahead + i, false));
    }
    passes.push_back(numbered_pass(shape, i, true));
  }
  return passes;
}

}  // namespace calculon
