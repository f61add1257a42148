#pragma once

#include "batch/batch_shape.h"
#include "batch/offload.h"
#include "batch/pipeline.h"
#include "batch/vocabulary_ends.h"
#include "calculon/block/block_profile.h"

namespace calculon {

// What a batch spends its time on, seconds, as far as the block profiles and the layout decide it
// (docs/model.md, "Total time and rates").
struct ComputeTimes {
  double forward = 0;
  double backward = 0;
  double optimizer = 0;
  double recompute = 0;
  double recommunication = 0;  // exposed
  double tensor_parallel = 0;  // exposed
  double expert_parallel = 0;
  double expert_slice = 0;
};

inline ComputeTimes compute_times(const BlockProfile& block, const OptimizerProfile& optimizer,
                                  const BatchShape& shape) {
  const double passes = shape.blocks * shape.microbatches;
  return {
      passes * block.block_fw_time,
      passes * block.block_agrad_time + passes * block.block_wgrad_time,
      shape.blocks * optimizer.block_optim_time + vocabulary_step_seconds(optimizer, shape),
      passes * block.block_re_time,
      shape.over_batch(block.baseblock_recomm_time_exposed, block.edgeblock_recomm_time_exposed) +
          passes * (block.expert.recomm_seconds + block.slice.recomm_seconds),
      shape.over_batch(block.baseblock_fw_tp_time_exposed, block.edgeblock_fw_tp_time_exposed) +
          shape.over_batch(block.baseblock_agrad_tp_time_exposed,
                           block.edgeblock_agrad_tp_time_exposed),
      passes * (block.expert.fw_seconds + block.expert.agrad_seconds),
      passes * (block.slice.fw_seconds + block.slice.agrad_seconds),
  };
}

// The batch time in parts that add up to it.
struct BatchTimes {
  ComputeTimes compute;
  double forward_offload = 0;   // exposed
  double backward_offload = 0;  // exposed
  double bubble = 0;
  double pipeline_parallel = 0;  // exposed
  double vocabulary = 0;         // on the stage that is busiest with it
  double data_parallel = 0;      // exposed

  double before_data_parallel() const {
    return compute.forward + compute.backward + compute.optimizer + forward_offload +
           backward_offload + compute.recompute + compute.recommunication + bubble +
           compute.tensor_parallel + compute.expert_parallel + compute.expert_slice +
           pipeline_parallel + vocabulary;
  }
  double total() const { return before_data_parallel() + data_parallel; }
};

// All parts but the data-parallel one. `bare` are the block's times without offloading, `overhead`
// what offloading adds to them.
inline BatchTimes batch_times(const BlockProfile& block, const ComputeTimes& compute,
                              const BatchShape& shape, const PipelineTransfer& transfer,
                              const BlockTimes& bare, const BlockTimes& overhead) {
  BatchTimes times;
  times.compute = compute;
  times.forward_offload = shape.over_batch(overhead.forward_base, overhead.forward_edge);
  times.backward_offload =
      block.choices.training ? shape.over_batch(overhead.backward_base, overhead.backward_edge) : 0;
  const VocabularyTimes vocabulary = vocabulary_times(block, shape, bare + overhead);
  times.bubble = pipeline_bubble(shape, bare + overhead) + vocabulary.fill_and_drain;
  times.pipeline_parallel = pipeline_seconds(block, shape, transfer);
  times.vocabulary = vocabulary.busiest_stage;
  return times;
}

}  // namespace calculon
