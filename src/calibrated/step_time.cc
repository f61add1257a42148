#include "calibrated/step_time.h"

#include <algorithm>
#include <cmath>

#include "calculon/workload/parameter_count.h"
#include "calibrated/block_memory.h"

namespace calculon {
namespace {

// Forward and backward of a product whose three forms all are charged.
double three_products(const ProductLaw& law, double m, double n, double k) {
  return law.seconds(m, n, k) + law.seconds(m, k, n) + law.seconds(n, k, m);
}

double head_time(const RankShape& s, double vocabulary, const Machine& machine,
                 const RankPlacement& placement) {
  constexpr double kUnaligned = 3;
  constexpr double kLossBytes = 24;
  const double width = vocabulary / s.tensor;
  const double aligned = std::fmod(width, 8) == 0 ? 1 : kUnaligned;
  const double products = aligned * three_products(half_law(machine), s.tokens, width, s.hidden);
  const double traffic =
      s.tensor > 1 ? collective_seconds(machine, GroupOp::kScatterOrGather,
                                        kValueBytes * s.tokens * s.hidden, placement.tensor) +
                         40e-6
                   : 0;
  return products + kLossBytes * s.tokens * width / machine.reached_memory_rate() + traffic + 1e-3;
}

// The stage that the others wait for, and what it waits itself (sections 10 and 11).
struct CriticalStage {
  double blocks = 0;
  double embedding = 0;
  double tail = 0;
  double fill = 0;
};

CriticalStage critical_stage(const Transformer& model, const StepChoices& choices,
                             const BlockTime& block, const EndTimes& ends,
                             const StageSizes& sizes) {
  const double all = static_cast<double>(model.num_blocks);
  if (choices.pipeline_par == 1) {
    return {all, ends.embedding, ends.tail, 0};
  }
  const double seconds = block.seconds();
  CriticalStage critical;
  double longest = -1;
  const auto compare = [&](const CriticalStage& stage) {
    const double busy = stage.blocks * seconds + stage.embedding + stage.tail;
    if (busy >= longest) {
      longest = busy;
      critical = stage;
    }
  };
  compare({sizes.first, ends.embedding, 0, 0});
  if (choices.pipeline_par > 2) {
    compare({sizes.inner, 0, 0, 0});
  }
  compare({sizes.last, 0, ends.tail, 0});
  critical.fill =
      (all - critical.blocks) * seconds / static_cast<double>(choices.pipeline_interleaving) +
      (ends.embedding - critical.embedding) + (ends.tail - critical.tail);
  return critical;
}

double transfer_time(const RankShape& s, const CalibratedExecution& e, const Machine& machine,
                     const RankPlacement& placement) {
  if (e.pipeline_par == 1) {
    return 0;
  }
  const double rate = machine.reached_rate(placement.pipeline_crosses);
  const double once = kValueBytes * s.tokens * s.hidden / s.scatter / rate + 15e-6;
  const double rounds =
      static_cast<double>(e.microbatches()) * static_cast<double>(e.pipeline_interleaving);
  const double stages = static_cast<double>(e.pipeline_par);
  return 2 * once * (kExposedTransfer * rounds + stages - 1) +
         machine.constants.pipeline_engine_seconds * (rounds + stages - 1);
}

// Matrices of a rank, in elements (section 11).
struct RankWeights {
  double blocks = 1;  // of the largest stage
  double dense = 0;
  double experts = 0;
};

RankWeights rank_weights(const Transformer& model, const CalibratedExecution& e, double vocabulary,
                         double most_blocks) {
  const BlockWeights weights = block_weights(model);
  const bool two = e.pipeline_par == 1 && !model.details.tie_embeddings;
  const double t = static_cast<double>(e.tensor_par);
  RankWeights rank;
  rank.blocks = most_blocks;
  rank.dense = (most_blocks * weights.dense +
                vocabulary * static_cast<double>(model.hidden) * (two ? 2 : 1)) /
               t;
  rank.experts = most_blocks * weights.experts /
                 (static_cast<double>(e.expert_par) * static_cast<double>(e.expert_tensor()));
  return rank;
}

// Traffic of unsharded gradients, once a step, of which overlap hides a part.
double replicated_traffic(const CalibratedExecution& e, const Machine& machine,
                          const RankPlacement& placement, const BlockTime& block,
                          const RankWeights& weights) {
  const double gradient = bytes_per_element(e.grad_reduce_datatype);
  const auto both = [&](GroupOp kind, double dense_bytes, double expert_passes,
                        double expert_bytes) {
    const double dense =
        collective_seconds(machine, kind, dense_bytes * weights.dense, placement.data);
    return weights.experts == 0
               ? dense
               : dense + expert_passes * collective_seconds(machine, GroupOp::kScatterOrGather,
                                                            expert_bytes * weights.experts,
                                                            placement.expert_data);
  };
  const auto exposed = [&](double traffic, double covered) {
    const double share = e.data_par_overlap ? 0.1 : 1;
    return share * traffic +
           (1 - share) * std::max(traffic - 0.9 * covered, traffic / std::max(weights.blocks, 2.0));
  };
  const double backward = weights.blocks * block.backward_seconds;
  if (e.data_par_sharding == DataParSharding::kNone) {
    return exposed(both(GroupOp::kAllReduce, gradient, 2, gradient), backward);
  }
  const double reduce = both(GroupOp::kScatterOrGather, gradient, 1, gradient);
  const double gather =
      both(GroupOp::kScatterOrGather, bytes_per_element(e.param_gather_datatype), 1, 2);
  return exposed(reduce, backward) + (e.param_gather_overlap
                                          ? exposed(gather, weights.blocks * block.forward_seconds)
                                          : gather);
}

// Traffic of sharded gradients and parameters, block by block; it also decides which stage the
// others wait for.
double sharded_traffic(const Transformer& model, const CalibratedExecution& e,
                       const Machine& machine, const RankPlacement& placement,
                       const BlockTime& block, const EndTimes& ends, const RankWeights& weights,
                       CriticalStage& critical) {
  const double own = (weights.dense + weights.experts) / weights.blocks;
  const double gather =
      collective_seconds(machine, GroupOp::kScatterOrGather,
                         bytes_per_element(e.param_gather_datatype) * own, placement.shard);
  const double reduce =
      collective_seconds(machine, GroupOp::kScatterOrGather,
                         bytes_per_element(e.grad_reduce_datatype) * own, placement.shard);
  const auto overlapped = [&](double x, double y) {
    return std::max(x, y) + machine.constants.shard_overlap_loss * std::min(x, y);
  };
  const bool gathers_twice = e.data_par_sharding == DataParSharding::kZero3;
  const double longer = overlapped(block.forward_seconds, gather) +
                        overlapped(block.backward_seconds + block.recompute_seconds,
                                   reduce + (gathers_twice ? gather : 0)) -
                        block.seconds();
  const double microbatches = static_cast<double>(e.microbatches());
  double passes = microbatches * static_cast<double>(model.num_blocks);
  if (e.pipeline_par > 1) {
    const double waiting = static_cast<double>(e.pipeline_par - 1) * weights.blocks /
                           static_cast<double>(e.pipeline_interleaving);
    const bool first = ends.embedding > ends.tail;
    critical = {weights.blocks, first ? ends.embedding : 0, first ? 0 : ends.tail,
                waiting * block.seconds()};
    passes = microbatches * weights.blocks + waiting;
  }
  double all = passes * longer + gather + reduce;
  if (e.data_par * e.context_par > e.shard_size()) {
    all += 4 * (weights.dense + weights.experts) / placement.shard.size /
           machine.reached_rate(placement.data.crosses);
  }
  return all;
}

double optimizer_time(const CalibratedExecution& e, const Machine& machine,
                      const RankPlacement& placement, const RankWeights& weights) {
  const StateShards shards = state_shards(e, placement);
  const double copies = e.data_par_sharding == DataParSharding::kNone ? 4 : 8;
  return (40 * (weights.dense / shards.dense + weights.experts / shards.experts) +
          copies * (weights.dense + weights.experts)) /
         machine.reached_memory_rate();
}

double tied_traffic(const Transformer& model, const CalibratedExecution& e, const Machine& machine,
                    const RankPlacement& placement, double vocabulary) {
  if (e.pipeline_par == 1 || !model.details.tie_embeddings || vocabulary == 0) {
    return 0;
  }
  const double bytes = bytes_per_element(e.grad_reduce_datatype) * vocabulary *
                       static_cast<double>(model.hidden) / static_cast<double>(e.tensor_par);
  return collective_seconds(machine, GroupOp::kAllReduce, bytes,
                            {2, placement.pipeline_crosses, 1});
}

// What the blocks of a stage take over all microbatches.
void add_blocks(StepTime& step, const BlockTime& block, double passes) {
  const auto both = [&](double PassTimes::*part) {
    return passes * (block.forward.*part + block.backward.*part);
  };
  step.products = both(&PassTimes::products);
  step.attention = both(&PassTimes::attention);
  step.elementwise = both(&PassTimes::elementwise);
  step.casts = both(&PassTimes::casts);
  step.tensor_par = both(&PassTimes::tensor_par);
  step.context_par = both(&PassTimes::context_par);
  step.expert_par = both(&PassTimes::expert_par);
  step.recompute = passes * block.recompute;
  step.host = passes * block.host_excess;
}

}  // namespace

EndTimes end_times(const Transformer& model, const RankChoices& choices, const Machine& machine,
                   const RankPlacement& placement, const BlockTime& block) {
  EndTimes ends;
  ends.vocabulary = padded_vocabulary(model, choices.tensor_par);
  const RankShape s = rank_shape(model, choices);
  double head = 0;
  if (ends.vocabulary > 0) {
    head = head_time(s, ends.vocabulary, machine, placement);
    ends.embedding = 8 * s.tokens * s.hidden / machine.reached_memory_rate() +
                     0.5 * collective_seconds(machine, GroupOp::kAllReduce,
                                              kValueBytes * s.tokens * s.hidden, placement.tensor);
  }
  const double width = s.hidden / s.tensor;
  const double depth =
      block.seconds() + head + three_products(half_law(machine), s.tokens, width, 2 * s.hidden);
  ends.tail = head + static_cast<double>(model.details.mtp_blocks) * depth;
  return ends;
}

BlockWeights block_weights(const Transformer& model) {
  const RankShape s = rank_shape(model, RankChoices{});
  const double share =
      static_cast<double>(expert_blocks(model)) / static_cast<double>(model.num_blocks);
  const double matrices = 2 + s.gates;
  BlockWeights weights;
  weights.attention = attention_matrices(s);
  weights.dense = weights.attention + (1 - share) * matrices * s.hidden * s.feedforward +
                  share * matrices * s.hidden * s.shared_width;
  weights.experts = share * matrices * s.hidden * s.expert_width * s.experts;
  return weights;
}

Step step_of(const Transformer& model, const CalibratedExecution& e, const Machine& machine,
             const RankPlacement& placement, const BlockTime& block, const EndTimes& ends,
             const StageSizes& sizes) {
  const RankShape shape = rank_shape(model, e);
  const RankWeights weights = rank_weights(model, e, ends.vocabulary, sizes.most());
  CriticalStage critical = critical_stage(model, e, block, ends, sizes);
  Step result;
  StepTime& step = result.time;
  step.data_par = e.shards_gradients() ? sharded_traffic(model, e, machine, placement, block, ends,
                                                         weights, critical)
                                       : replicated_traffic(e, machine, placement, block, weights);
  const double microbatches = static_cast<double>(e.microbatches());
  add_blocks(step, block, microbatches * critical.blocks);
  step.head = microbatches * critical.tail;
  step.embedding = microbatches * critical.embedding;
  step.bubble = critical.fill;
  step.pipeline_par = transfer_time(shape, e, machine, placement);
  step.optimizer = optimizer_time(e, machine, placement, weights);
  step.tied_embedding = tied_traffic(model, e, machine, placement, ends.vocabulary);
  const double first =
      microbatches * (critical.blocks * block.seconds() + critical.embedding + critical.tail) +
      critical.fill + step.pipeline_par + step.data_par + step.optimizer + step.tied_embedding;
  const double slowed = machine.constants.slowdown * first;
  step.slowdown = (machine.constants.slowdown - 1) * first;
  step.straggler = 0.002 * std::max(0.0, std::log2(static_cast<double>(e.num_procs) / 8)) * slowed;
  step.step = machine.constants.step_seconds + 1e-4 * microbatches;
  result.total = slowed + step.straggler + step.step;
  return result;
}

}  // namespace calculon
