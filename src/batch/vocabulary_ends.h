#pragma once

#include <algorithm>

#include "batch/batch_shape.h"
#include "batch/pipeline.h"
#include "calculon/block/block_profile.h"

namespace calculon {

// The ends of the model, embedding and output head with the loss, stand on the first and on the
// last stage (docs/corrected.md, "The vocabulary"). Each microbatch takes what the stage that needs
// most of all takes; the other stages are waited for once, while the pipeline fills and drains.
struct VocabularyTimes {
  double busiest_stage = 0;  // seconds more than its blocks, over the batch
  double fill_and_drain = 0;
};

// What a microbatch takes more on the stage that is busiest with the ends, where a stage that has a
// block less has `missing` seconds for them.
inline double busiest_end(const BlockProfile& block, const BatchShape& shape, double missing) {
  const double embedding = block.vocabulary.embedding_seconds;
  const double head = block.vocabulary.head_seconds;
  return shape.stages == 1 ? embedding + head
                           : std::max(embedding, head - (shape.missing_blocks > 0 ? missing : 0));
}

// `times` are a block's with all overheads.
inline VocabularyTimes vocabulary_times(const BlockProfile& block, const BatchShape& shape,
                                        const BlockTimes& times) {
  const double ends = block.vocabulary.embedding_seconds + block.vocabulary.head_seconds;
  if (ends == 0) {
    return {};
  }
  const double more = busiest_end(block, shape, mean_block_seconds(shape, times));
  return {shape.microbatches * more, ends - more};
}

// The optimizer step of the end that takes longer, or of both on a single stage, whose head is not
// another matrix if it is tied to the embedding.
inline double vocabulary_step_seconds(const OptimizerProfile& optimizer, const BatchShape& shape) {
  const double embedding = optimizer.embedding.seconds;
  const double head = optimizer.head.seconds;
  return shape.stages > 1 ? std::max(embedding, head) : embedding + (shape.tied_ends ? 0 : head);
}

}  // namespace calculon
