#pragma once

#include "batch/batch_shape.h"
#include "calculon/block/block_profile.h"
#include "calculon/hardware/network.h"

namespace calculon {

// What a chunk's edge block hands to its neighbours, per microbatch (docs/model.md, "Pipeline
// schedule").
struct PipelineTransfer {
  double forward_bytes = 0;
  double backward_bytes = 0;
  double forward_seconds = 0;
  double backward_seconds = 0;
};

inline PipelineTransfer pipeline_transfer(const BlockProfile& block, const BatchShape& shape,
                                          const Network& network) {
  PipelineTransfer transfer;
  transfer.forward_bytes = shape.stages == 1 ? 0 : block.pipeline_transfer_bytes;
  transfer.backward_bytes = block.choices.training ? transfer.forward_bytes : 0;
  const auto seconds = [&](double bytes) {
    // Quirk D1: the tier's latency even where nothing is sent.
    return bytes > 0 || block.choices.rules.empty_transfers_cost
               ? network.seconds(NetworkOp::kP2p, bytes, 2)
               : 0;
  };
  transfer.forward_seconds = seconds(transfer.forward_bytes);
  transfer.backward_seconds = seconds(transfer.backward_bytes);
  return transfer;
}

// Transfers of the whole batch; none of them is hidden (quirk D17).
inline double pipeline_seconds(const BlockProfile& block, const BatchShape& shape,
                               const PipelineTransfer& transfer) {
  if (shape.stages == 1) {
    return 0;
  }
  const double rounds = shape.microbatches * shape.chunks;
  return rounds * transfer.forward_seconds +
         (block.choices.training ? rounds * transfer.backward_seconds : 0);
}

// Time of one block per microbatch, seconds: everything that happens between its first and last
// operation.
struct BlockTimes {
  double forward_base = 0;
  double forward_edge = 0;
  double backward_base = 0;
  double backward_edge = 0;

  double forward_chunk(const BatchShape& shape) const {
    return shape.over_chunk(forward_base, forward_edge);
  }
  double backward_chunk(const BatchShape& shape) const {
    return shape.over_chunk(backward_base, backward_edge);
  }
};

inline BlockTimes block_times(const BlockProfile& block, const PipelineTransfer& transfer) {
  const double forward = block.block_fw_time + block.expert.fw_seconds + block.slice.fw_seconds;
  const double backward = block.block_re_time + block.expert.recomm_seconds +
                          block.slice.recomm_seconds + block.block_agrad_time +
                          block.block_wgrad_time + block.expert.agrad_seconds +
                          block.slice.agrad_seconds;
  return {
      forward + block.baseblock_fw_tp_time_exposed,
      forward + block.edgeblock_fw_tp_time_exposed + transfer.forward_seconds,
      backward + block.baseblock_recomm_time_exposed + block.baseblock_agrad_tp_time_exposed,
      backward + block.edgeblock_recomm_time_exposed + block.edgeblock_agrad_tp_time_exposed +
          transfer.backward_seconds,
  };
}

// Both passes of one block, of the kind that a stage has fewer of if its share is rounded down.
inline double mean_block_seconds(const BatchShape& shape, const BlockTimes& times) {
  return shape.chunk_blocks > 1 ? (times.forward_base + times.forward_edge + times.backward_base +
                                   times.backward_edge) /
                                      2
                                : times.forward_edge + times.backward_edge;
}

// The interleaved 1F1B schedule waits p-1 chunk times to fill and drain. Microbatches that do not
// fill the last round of the pipeline cost further chunk times (quirk D19), and stages with a
// block less give some back.
inline double pipeline_bubble(const BatchShape& shape, const BlockTimes& times) {
  const double chunk = times.forward_chunk(shape) + times.backward_chunk(shape);
  const double cut = shape.missing_blocks * mean_block_seconds(shape, times);
  const double extra =
      shape.last_round != 0 ? (shape.chunks - 1) * (shape.stages - shape.last_round) : 0;
  return (shape.stages - 1) * chunk + extra * chunk - cut;
}

}  // namespace calculon
