#pragma once

#include <algorithm>

#include "batch/batch_shape.h"
#include "batch/batch_times.h"
#include "batch/pipeline.h"
#include "calculon/block/block_profile.h"

namespace calculon {

// Sums in another order.
inline constexpr double kRoundingOfBounds = 1 - 1e-9;

// Less than any batch of a block profile takes, seconds, with as many chunks on a processor as one
// of the two shapes has, or between: without the optimizer step, offloading and the exchange
// between replicas. What grows by as much with each chunk is least at one of the ends, and the
// bubble falls with the chunks but for microbatches that do not fill the last round. REQUIRES
// shapes that are otherwise equal, and chunks that divide the blocks.
inline double least_batch_seconds(const BlockProfile& block, const BatchShape& fewest_chunks,
                                  const BatchShape& most_chunks, const PipelineTransfer& transfer,
                                  const BlockTimes& bare) {
  static constexpr OptimizerProfile kNoStep;
  const auto compute = [&](const BatchShape& shape) {
    BatchTimes times;
    times.compute = compute_times(block, kNoStep, shape);
    return times.total();
  };
  const double chunk = bare.forward_chunk(most_chunks) + bare.backward_chunk(most_chunks);
  const double block_seconds =
      std::max(bare.forward_base + bare.backward_base, bare.forward_edge + bare.backward_edge);
  const double bubble =
      (most_chunks.stages - 1) * chunk - most_chunks.missing_blocks * block_seconds;
  return kRoundingOfBounds *
         (std::min(compute(fewest_chunks), compute(most_chunks)) + std::max(0.0, bubble) +
          pipeline_seconds(block, fewest_chunks, transfer));
}

// The same on any networks, with any number of chunks, of which a profile on some networks knows.
inline double least_batch_seconds(const BlockProfile& block, const BatchShape& shape) {
  const double passes = shape.blocks * shape.microbatches + shape.stages - 1 - shape.missing_blocks;
  return kRoundingOfBounds * passes * (block.alone.forward_seconds + block.alone.backward_seconds);
}

// Whether something can be offloaded (offload_windows()), whatever the networks are; false if that
// depends on them.
inline bool has_windows_anywhere(const BlockProfile& block) {
  const double backward_memory = block.block_agrad_mem_time + block.block_wgrad_mem_time;
  return block.alone.forward_seconds * kRoundingOfBounds > block.block_fw_mem_time &&
         (!block.choices.training ||
          block.alone.backward_seconds * kRoundingOfBounds > backward_memory);
}

}  // namespace calculon
