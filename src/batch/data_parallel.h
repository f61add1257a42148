#pragma once

// A block's gradients can be exchanged as soon as the last microbatch has gone back through it. A
// processor with v chunks sends chunk after chunk while the next one computes; only the first
// block of the last chunk is left when computing ends:
//
//   compute   | chunk v   | chunk v-1 | ...   | chunk 1   |
//   exchange              | chunk v   | ...   | chunk 2   | chunk 1 |
//                          '------- (v-1) full chunks ----' '- tail -'
//
// The windows in which that can hide are not clamped (quirk D2), so that a negative one makes the
// exposed time longer than the exchange.

#include <algorithm>
#include <cmath>

#include "batch/batch_shape.h"
#include "batch/pipeline.h"
#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// The exchange of weight gradients (and, with a sharded optimizer, of weights) between replicas.
struct DataParallel {
  double block_bytes = 0;
  double link_seconds = 0;
  double exposed_seconds = 0;
  double required_bandwidth_chunk = 0;  // to hide all chunks but the last, bytes/s
  double required_bandwidth_tail = 0;   // to hide the last chunk
  // The part of the experts, which have replicas and a tier of their own.
  double expert_block_bytes = 0;
  double expert_link_seconds = 0;
};

struct DataParallelExchange {
  double bytes = 0;
  double seconds = 0;
};

// The exchange of one block's `bytes` between `replicas`.
inline DataParallelExchange block_exchange(double bytes, double replicas, bool sharded,
                                           const Network& network) {
  const auto seconds = [&](NetworkOp op) { return network.seconds(op, bytes, replicas); };
  return {bytes, sharded  // quirk D6: the all-gather, too, is taken as overlappable
                     ? seconds(NetworkOp::kReduceScatter) + seconds(NetworkOp::kAllGather)
                     : seconds(NetworkOp::kAllReduce)};
}

// `times` are the block's with all overheads; 0 without replicas or training. Inline, so that a
// search that wants times only does not compute the bandwidths.
inline DataParallel data_parallel(const BlockProfile& block, const OptimizerStats& optimizer,
                                  const ScheduleChoices& schedule, const System& system,
                                  const BatchShape& shape, const PipelineTransfer& transfer,
                                  const BlockTimes& times) {
  if (!block.choices.training) {
    return {};
  }
  const auto tier = [&](std::int64_t net) -> const Network& {
    return system.networks[static_cast<std::size_t>(net)];
  };
  DataParallel result;
  DataParallelExchange exchange;
  if (block.choices.model_MoE && schedule.data_par_exp > 1) {
    const DataParallelExchange experts =
        block_exchange(block.expert_weight_bytes, static_cast<double>(schedule.data_par_exp),
                       schedule.optimizer_sharding, tier(schedule.data_par_exp_net));
    result.expert_block_bytes = experts.bytes;
    result.expert_link_seconds = shape.blocks * experts.seconds;
    exchange = experts;
  }
  result.block_bytes = exchange.bytes;
  if (schedule.data_par == 1) {
    return result;  // quirk M5: the experts' part is free
  }
  const Network& network = tier(schedule.data_par_net);
  const DataParallelExchange shared =
      block_exchange(block.block_weight_space - block.expert_weight_bytes, shape.replicas,
                     schedule.optimizer_sharding, network);
  exchange.bytes += shared.bytes;  // quirk M6: one transfer on the tier of the shared part
  exchange.seconds += shared.seconds;
  result.block_bytes = exchange.bytes;
  result.link_seconds = shape.blocks * exchange.seconds;
  result.exposed_seconds = result.link_seconds;
  if (!schedule.data_par_overlap) {
    return result;
  }

  const double usage = network.processor_usage;
  const bool shares_tensor_tier = schedule.data_par_net == block.choices.tensor_par_net;
  const bool shares_pipeline_tier = schedule.data_par_net == schedule.pipeline_par_net;
  const double optimizer_seconds =
      schedule.optimizer_sharding ? 0 : optimizer.block_optim_time - optimizer.block_optim_mem_time;

  // The time of a block in which the network is free, and its flop time, which communication slows.
  const double memory =
      block.block_agrad_mem_time + block.block_wgrad_mem_time + block.block_re_mem_time;
  double window_base = times.backward_base - memory + optimizer_seconds;
  double window_edge = times.backward_edge - memory + optimizer_seconds;
  double flops_seconds =
      block.block_agrad_flops_time + block.block_wgrad_flops_time + block.block_re_flops_time;
  if (!schedule.optimizer_sharding) {
    flops_seconds += optimizer.block_optim_flops_time;
  }
  if (shares_tensor_tier) {  // quirk M7: traffic of experts is not looked at
    window_base -= block.baseblock_recomm_time + block.baseblock_agrad_tp_time;
    window_edge -= block.edgeblock_recomm_time + block.edgeblock_agrad_tp_time;
  }
  const double window_chunk = shape.over_chunk(window_base, window_edge);

  // All chunks but the last: each hides behind a chunk of every stage (quirk D7).
  const double full_chunks = shape.chunks - 1;
  const double window = shape.stages * window_chunk;
  const double compute = shape.stages * shape.chunk_blocks * flops_seconds;
  const double chunk_exchange = shape.chunk_blocks * exchange.seconds;
  double collisions = 0;
  if (shares_pipeline_tier) {
    const double rounds = shape.last_round != 0 ? shape.last_round : shape.stages;
    collisions = std::min(std::floor(chunk_exchange / times.backward_chunk(shape)), rounds);
  }
  const double uncovered_chunk =
      chunk_exchange - (window - collisions * transfer.backward_seconds) + compute * usage;
  const double exposed_chunks =
      full_chunks * (uncovered_chunk > 0 ? uncovered_chunk : chunk_exchange * usage);

  // The last chunk: all of its blocks but the last one to finish. Quirks D3, D4, D5.
  const double tail_blocks = shape.chunk_blocks - 1;
  const double tail_window = shape.chunk_blocks > 1
                                 ? window_chunk - transfer.backward_seconds -
                                       (times.backward_base + times.backward_edge) / 2 +
                                       optimizer_seconds
                                 : 0;
  const double uncovered_tail =
      tail_blocks * exchange.seconds + (flops_seconds * usage - tail_window);
  const double exposed_tail =
      uncovered_tail > 0 ? uncovered_tail : tail_blocks * exchange.seconds * usage;
  result.exposed_seconds = exchange.seconds + (exposed_chunks + exposed_tail);

  // Quirk D8: not what the exposed times above would ask for.
  const auto scalar = [&](NetworkOp op) { return network.law(op).scalar; };
  const double traffic_per_byte = schedule.optimizer_sharding ? scalar(NetworkOp::kReduceScatter) +
                                                                    scalar(NetworkOp::kAllGather)
                                                              : scalar(NetworkOp::kAllReduce);
  const double chunk_traffic = shape.chunk_blocks * exchange.bytes * traffic_per_byte;
  const double chunk_room = full_chunks * (window + compute * usage -
                                           (shares_pipeline_tier ? transfer.backward_seconds : 0));
  const double tail_room = tail_window + tail_blocks * exchange.seconds * usage;
  result.required_bandwidth_chunk = chunk_room > 0 ? chunk_traffic / chunk_room : 0;
  result.required_bandwidth_tail = tail_room > 0 ? chunk_traffic / tail_room : 0;
  return result;
}

}  // namespace calculon
