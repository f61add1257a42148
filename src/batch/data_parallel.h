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
// In the published model the windows in which that can hide are not clamped (quirk D2), so that a
// negative one makes the exposed time longer than the exchange.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

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

// Seconds of a base block and of an edge block.
struct PerBlockKind {
  double base = 0;
  double edge = 0;
};

// The exchange of one block, bytes and seconds.
struct DataParallelExchange {
  double bytes = 0;
  double seconds = 0;             // that can hide behind computing
  double seconds_after_step = 0;  // that cannot

  double link_seconds() const { return seconds + seconds_after_step; }
};

inline DataParallelExchange operator+(const DataParallelExchange& a,
                                      const DataParallelExchange& b) {
  return {a.bytes + b.bytes, a.seconds + b.seconds, a.seconds_after_step + b.seconds_after_step};
}

// That of `bytes` between `replicas`, whose additions are free (quirk D9). There is none within a
// tensor group, although some weights are replicated there (quirk A12).
inline DataParallelExchange exchange_of(double bytes, double replicas, bool sharded,
                                        const ModelRules& rules, const Network& network) {
  const auto seconds = [&](NetworkOp op) { return network.seconds(op, bytes, replicas); };
  if (!sharded) {
    return {bytes, seconds(NetworkOp::kAllReduce), 0};
  }
  const double reduce = seconds(NetworkOp::kReduceScatter);
  const double gather = seconds(NetworkOp::kAllGather);
  return rules.gathers_before_step ? DataParallelExchange{bytes, reduce + gather, 0}  // quirk D6
                                   : DataParallelExchange{bytes, reduce, gather};
}

// Where an exchange can hide, seconds.
struct DataParallelWindow {
  double chunk = 0;          // in which the network is free while a chunk goes back
  double flops_seconds = 0;  // of a block, which communication slows
  double step = 0;           // of a block's optimizer step, once; part of `chunk` as published
  double tail = 0;           // behind the last chunk, but for its last block
};

// What a block's own traffic in backward takes on network tier `net`, by block kind.
inline PerBlockKind tier_seconds(const BlockProfile& block, std::int64_t net) {
  const BlockChoices& choices = block.choices;
  PerBlockKind taken;
  if (net == choices.tensor_par_net) {
    taken = {block.baseblock_recomm_time + block.baseblock_agrad_tp_time,
             block.edgeblock_recomm_time + block.edgeblock_agrad_tp_time};
  }
  if (choices.rules.windows_ignore_experts || !choices.model_MoE) {
    return taken;  // quirk M7
  }
  for (const auto& [tier, traffic] : {std::pair{choices.expert_par_net, &block.expert},
                                      std::pair{choices.expert_slice_net, &block.slice}}) {
    if (net == tier) {
      taken.base += traffic->recomm_seconds + traffic->agrad_seconds;
      taken.edge += traffic->recomm_seconds + traffic->agrad_seconds;
    }
  }
  return taken;
}

// The time in which network tier `net` is free. `times` are the block's with all overheads.
inline DataParallelWindow window_of(const BlockProfile& block, const OptimizerProfile& optimizer,
                                    const ScheduleChoices& schedule, std::int64_t net,
                                    const BatchShape& shape, const PipelineTransfer& transfer,
                                    const BlockTimes& times) {
  const ModelRules& rules = block.choices.rules;
  DataParallelWindow window;
  const double step =
      schedule.optimizer_sharding ? 0 : optimizer.block_optim_time - optimizer.block_optim_mem_time;
  const double memory =
      block.block_agrad_mem_time + block.block_wgrad_mem_time + block.block_re_mem_time;
  const double step_of_each = rules.credits_optimizer_twice ? step : 0;  // quirk D3
  double base = times.backward_base - memory + step_of_each;
  double edge = times.backward_edge - memory + step_of_each;
  window.step = rules.credits_optimizer_twice ? 0 : step;
  window.flops_seconds =
      block.block_agrad_flops_time + block.block_wgrad_flops_time + block.block_re_flops_time;
  if (!schedule.optimizer_sharding && rules.credits_optimizer_twice) {
    window.flops_seconds += optimizer.block_optim_flops_time;
  }
  const PerBlockKind taken = tier_seconds(block, net);
  base -= taken.base;
  edge -= taken.edge;
  if (!rules.unclamped_windows) {
    base = std::max(0.0, base);
    edge = std::max(0.0, edge);
  }
  window.chunk = shape.over_chunk(base, edge);
  if (shape.chunk_blocks == 1) {
    return window;
  }
  const bool pays = rules.tail_pays_any_transfer || net == schedule.pipeline_par_net;  // quirk D5
  const double paid = pays ? transfer.backward_seconds : 0;
  if (rules.unclamped_windows) {
    window.tail = window.chunk - paid - (times.backward_base + times.backward_edge) / 2 +
                  step_of_each + (shape.chunk_blocks - 1) * window.step;
  } else {
    window.tail = std::max(0.0, (shape.chunk_blocks - 1) * (base + window.step) - paid);
  }
  return window;
}

// What is exposed of all chunks but the last: each hides behind a chunk of every microbatch that
// passes meanwhile. Where pipeline transfers share the tier, they take some of the window. `usage`
// is the part of the processor that communication takes.
inline double exposed_chunks(const DataParallelExchange& exchange, const DataParallelWindow& window,
                             double usage, const ModelRules& rules, bool shares_pipeline_tier,
                             const BatchShape& shape, const PipelineTransfer& transfer,
                             const BlockTimes& times) {
  const double chunk_exchange = shape.chunk_blocks * exchange.seconds;
  double collisions = 0;
  if (shares_pipeline_tier) {
    const double rounds = shape.last_round != 0 ? shape.last_round : shape.stages;
    collisions = std::min(std::floor(chunk_exchange / times.backward_chunk(shape)), rounds);
  }
  const double passes = rules.windows_of_all_stages  // quirk D7
                            ? shape.stages
                            : std::min(shape.stages, shape.microbatches);
  const double compute = passes * shape.chunk_blocks * window.flops_seconds;
  double free = passes * window.chunk - collisions * transfer.backward_seconds;
  if (!rules.unclamped_windows) {
    free = std::max(0.0, free);
  }
  const double uncovered =
      chunk_exchange - (free + shape.chunk_blocks * window.step) + compute * usage;
  const double exposed = uncovered > 0 ? uncovered : chunk_exchange * usage;
  return (shape.chunks - 1) *
         (rules.unclamped_windows ? exposed : std::min(exposed, chunk_exchange));
}

// What is exposed of the last chunk, but for the last block to finish.
inline double exposed_tail(const DataParallelExchange& exchange, const DataParallelWindow& window,
                           double usage, const ModelRules& rules, const BatchShape& shape) {
  const double blocks = shape.chunk_blocks - 1;
  const double slowed = rules.slows_one_block ? window.flops_seconds  // quirk D4
                                              : blocks * window.flops_seconds;
  const double uncovered = blocks * exchange.seconds + (slowed * usage - window.tail);
  const double exposed = uncovered > 0 ? uncovered : blocks * exchange.seconds * usage;
  return rules.unclamped_windows ? exposed : std::min(exposed, blocks * exchange.seconds);
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

// The exchange of what stands at the ends: that of the stage that has more of it. It is the last to
// be ready, and nothing hides it. A tied matrix that is on two stages is not summed over them.
inline DataParallelExchange vocabulary_exchange(const BlockProfile& block, const BatchShape& shape,
                                                bool sharded, const Network& network) {
  const VocabularyCosts& ends = block.vocabulary;
  const double bytes =
      shape.stages > 1
          ? std::max(ends.embedding_weight_bytes, ends.head_weight_bytes)
          : ends.embedding_weight_bytes + (shape.tied_ends ? 0 : ends.head_weight_bytes);
  return bytes > 0 ? exchange_of(bytes, shape.replicas, sharded, block.choices.rules, network)
                   : DataParallelExchange{};
}

// `times` are the block's with all overheads; 0 without replicas or training. REQUIRES a schedule
// whose tiers the system has. Inline, so that a search that wants times only does not compute the
// bandwidths.
inline DataParallel data_parallel(const BlockProfile& block, const OptimizerProfile& optimizer,
                                  const ScheduleChoices& schedule, const System& system,
                                  const BatchShape& shape, const PipelineTransfer& transfer,
                                  const BlockTimes& times) {
  if (!block.choices.training) {
    return {};
  }
  const ModelRules& rules = block.choices.rules;
  const auto tier = [&](std::int64_t net) -> const Network& {
    return system.networks[static_cast<std::size_t>(net)];
  };
  const bool sharded = schedule.optimizer_sharding;
  DataParallel result;
  DataParallelExchange exchange;
  if (block.choices.model_MoE && schedule.data_par_exp > 1) {
    exchange = exchange_of(block.expert_weight_bytes, static_cast<double>(schedule.data_par_exp),
                           sharded, rules, tier(schedule.data_par_exp_net));
    result.expert_block_bytes = exchange.bytes;
    result.expert_link_seconds = shape.blocks * exchange.link_seconds();
  }
  result.block_bytes = exchange.bytes;
  const bool replicated = schedule.data_par > 1;
  if (!replicated && (rules.free_expert_replicas || exchange.bytes == 0)) {
    return result;  // quirk M5: the experts' part is free
  }
  const std::int64_t net = replicated ? schedule.data_par_net : schedule.data_par_exp_net;
  const Network& network = tier(net);
  double ends = 0;
  if (replicated) {
    exchange = exchange + exchange_of(block.block_weight_space - block.expert_weight_bytes,
                                      shape.replicas, sharded, rules, network);  // quirk M6
    ends = vocabulary_exchange(block, shape, sharded, network).link_seconds();
  }
  result.block_bytes = exchange.bytes;
  result.link_seconds = shape.blocks * exchange.link_seconds() + ends;
  result.exposed_seconds = result.link_seconds;
  if (!schedule.data_par_overlap) {
    return result;
  }
  const double usage = network.processor_usage;
  const bool shares_pipeline_tier = net == schedule.pipeline_par_net;
  const DataParallelWindow window =
      window_of(block, optimizer, schedule, net, shape, transfer, times);
  result.exposed_seconds = exchange.seconds +
                           (exposed_chunks(exchange, window, usage, rules, shares_pipeline_tier,
                                           shape, transfer, times) +
                            exposed_tail(exchange, window, usage, rules, shape)) +
                           shape.blocks * exchange.seconds_after_step + ends;
  require_bandwidth(result, exchange, window, network, sharded, shares_pipeline_tier, shape,
                    transfer);
  return result;
}

}  // namespace calculon
