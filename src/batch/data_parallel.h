#pragma once

// Data parallelism (docs/model.md, "Data parallelism"; docs/mixtures.md, "Data parallelism in two
// parts").
//
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

// The exchange of one block, bytes and seconds.
struct DataParallelExchange {
  double bytes = 0;
  double seconds = 0;
};

// That of `bytes` between `replicas`, whose additions are free (quirk D9). There is none within a
// tensor group, although some weights are replicated there (quirk A12).
inline DataParallelExchange exchange_of(double bytes, double replicas, bool sharded,
                                        const Network& network) {
  const auto seconds = [&](NetworkOp op) { return network.seconds(op, bytes, replicas); };
  return {bytes, sharded  // quirk D6: the all-gather, too, is taken as overlappable
                     ? seconds(NetworkOp::kReduceScatter) + seconds(NetworkOp::kAllGather)
                     : seconds(NetworkOp::kAllReduce)};
}

// Where an exchange can hide, seconds.
struct DataParallelWindow {
  double chunk = 0;              // in which the network is free while a chunk goes back
  double flops_seconds = 0;      // of a block, which communication slows
  double optimizer_seconds = 0;  // of a block
  double tail = 0;               // behind the last chunk, but for its last block
};

// The time in which the network is free. `times` are the block's with all overheads.
inline DataParallelWindow window_of(const BlockProfile& block, const OptimizerStats& optimizer,
                                    const ScheduleChoices& schedule, const BatchShape& shape,
                                    const PipelineTransfer& transfer, const BlockTimes& times) {
  DataParallelWindow window;
  window.optimizer_seconds =
      schedule.optimizer_sharding ? 0 : optimizer.block_optim_time - optimizer.block_optim_mem_time;
  const double memory =
      block.block_agrad_mem_time + block.block_wgrad_mem_time + block.block_re_mem_time;
  double base = times.backward_base - memory + window.optimizer_seconds;
  double edge = times.backward_edge - memory + window.optimizer_seconds;
  window.flops_seconds =
      block.block_agrad_flops_time + block.block_wgrad_flops_time + block.block_re_flops_time;
  if (!schedule.optimizer_sharding) {
    window.flops_seconds += optimizer.block_optim_flops_time;
  }
  if (schedule.data_par_net == block.choices.tensor_par_net) {
    // Quirk M7: traffic of experts is not looked at.
    base -= block.baseblock_recomm_time + block.baseblock_agrad_tp_time;
    edge -= block.edgeblock_recomm_time + block.edgeblock_agrad_tp_time;
  }
  window.chunk = shape.over_chunk(base, edge);
  window.tail = shape.chunk_blocks > 1  // quirks D3, D4
                    ? window.chunk - transfer.backward_seconds -
                          (times.backward_base + times.backward_edge) / 2 + window.optimizer_seconds
                    : 0;
  return window;
}

// What is exposed of all chunks but the last: each hides behind a chunk of every stage (quirk D7).
// Where pipeline transfers share the tier, they take some of the window. `usage` is the part of the
// processor that communication takes.
inline double exposed_chunks(const DataParallelExchange& exchange, const DataParallelWindow& window,
                             double usage, bool shares_pipeline_tier, const BatchShape& shape,
                             const PipelineTransfer& transfer, const BlockTimes& times) {
  const double chunk_exchange = shape.chunk_blocks * exchange.seconds;
  double collisions = 0;
  if (shares_pipeline_tier) {
    const double rounds = shape.last_round != 0 ? shape.last_round : shape.stages;
    collisions = std::min(std::floor(chunk_exchange / times.backward_chunk(shape)), rounds);
  }
  const double compute = shape.stages * shape.chunk_blocks * window.flops_seconds;
  const double uncovered = chunk_exchange -
                           (shape.stages * window.chunk - collisions * transfer.backward_seconds) +
                           compute * usage;
  return (shape.chunks - 1) * (uncovered > 0 ? uncovered : chunk_exchange * usage);
}

// What is exposed of the last chunk, but for the last block to finish (quirk D5).
inline double exposed_tail(const DataParallelExchange& exchange, const DataParallelWindow& window,
                           double usage, const BatchShape& shape) {
  const double blocks = shape.chunk_blocks - 1;
  const double uncovered = blocks * exchange.seconds + (window.flops_seconds * usage - window.tail);
  return uncovered > 0 ? uncovered : blocks * exchange.seconds * usage;
}

// The bandwidths that would hide the chunks, bytes/s. Quirk D8: not what the exposed times above
// would ask for.
inline void require_bandwidth(DataParallel& result, const DataParallelExchange& exchange,
                              const DataParallelWindow& window, const Network& network,
                              bool sharded, bool shares_pipeline_tier, const BatchShape& shape,
                              const PipelineTransfer& transfer) {
  const double usage = network.processor_usage;
  const auto scalar = [&](NetworkOp op) { return network.law(op).scalar; };
  const double traffic_per_byte =
      sharded ? scalar(NetworkOp::kReduceScatter) + scalar(NetworkOp::kAllGather)
              : scalar(NetworkOp::kAllReduce);
  const double traffic = shape.chunk_blocks * exchange.bytes * traffic_per_byte;
  const double compute = shape.stages * shape.chunk_blocks * window.flops_seconds;
  const double chunk_room =
      (shape.chunks - 1) * (shape.stages * window.chunk + compute * usage -
                            (shares_pipeline_tier ? transfer.backward_seconds : 0));
  const double tail_room = window.tail + (shape.chunk_blocks - 1) * exchange.seconds * usage;
  result.required_bandwidth_chunk = chunk_room > 0 ? traffic / chunk_room : 0;
  result.required_bandwidth_tail = tail_room > 0 ? traffic / tail_room : 0;
}

// `times` are the block's with all overheads; 0 without replicas or training. REQUIRES a schedule
// whose tiers the system has. Inline, so that a search that wants times only does not compute the
// bandwidths.
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
  const bool sharded = schedule.optimizer_sharding;
  DataParallel result;
  DataParallelExchange exchange;
  if (block.choices.model_MoE && schedule.data_par_exp > 1) {
    exchange = exchange_of(block.expert_weight_bytes, static_cast<double>(schedule.data_par_exp),
                           sharded, tier(schedule.data_par_exp_net));
    result.expert_block_bytes = exchange.bytes;
    result.expert_link_seconds = shape.blocks * exchange.seconds;
  }
  result.block_bytes = exchange.bytes;
  if (schedule.data_par == 1) {
    return result;  // quirk M5: the experts' part is free
  }
  const Network& network = tier(schedule.data_par_net);
  const DataParallelExchange shared = exchange_of(
      block.block_weight_space - block.expert_weight_bytes, shape.replicas, sharded, network);
  exchange.bytes += shared.bytes;  // quirk M6: one transfer on the tier of the shared part
  exchange.seconds += shared.seconds;
  result.block_bytes = exchange.bytes;
  result.link_seconds = shape.blocks * exchange.seconds;
  result.exposed_seconds = result.link_seconds;
  if (!schedule.data_par_overlap) {
    return result;
  }
  const double usage = network.processor_usage;
  const bool shares_pipeline_tier = schedule.data_par_net == schedule.pipeline_par_net;
  const DataParallelWindow window = window_of(block, optimizer, schedule, shape, transfer, times);
  result.exposed_seconds =
      exchange.seconds +
      (exposed_chunks(exchange, window, usage, shares_pipeline_tier, shape, transfer, times) +
       exposed_tail(exchange, window, usage, shape));
  require_bandwidth(result, exchange, window, network, sharded, shares_pipeline_tier, shape,
                    transfer);
  return result;
}

}  // namespace calculon
