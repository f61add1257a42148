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

// `times` are a block's with all overheads.
inline VocabularyTimes vocabulary_times(const BlockProfile& block, const BatchShape& shape,
                                        const BlockTimes& times) {
  const double embedding = block.vocabulary.embedding_seconds;
  const double head = block.vocabulary.head_seconds;
  if (embedding + head == 0) {
    return {};
  }
  if (shape.stages == 1) {
    return {shape.microbatches * (embedding + head), 0};
  }
  // A last stage with a block less has that time for the head.
  const double missing = shape.missing_blocks > 0 ? mean_block_seconds(shape, times) : 0;
  const double more = std::max(embedding, head - missing);
  return {shape.microbatches * more, embedding + head - more};
}

// The optimizer step of the end that takes longer, or of both on a single stage, whose head is not
// another matrix if it is tied to the embedding.
inline double vocabulary_step_seconds(const OptimizerProfile& optimizer, const BatchShape& shape) {
  const double embedding = optimizer.embedding.seconds;
  const double head = optimizer.head.seconds;
  return shape.stages > 1 ? std::max(embedding, head) : embedding + (shape.tied_ends ? 0 : head);
}

}  // namespace calculon
