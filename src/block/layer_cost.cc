#include "block/layer_cost.h"

#include <fmt/format.h>

#include <cmath>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

const Network& tier(const System& system, std::int64_t index) {
  if (index < 0 || index >= static_cast<std::int64_t>(system.networks.size())) {
    throw InputError(fmt::format("{}: has no network tier {}", system.name, index));
  }
  return system.networks[static_cast<std::size_t>(index)];
}

// Whether a block kind has reduce-scatter and all-gather in place of the all-reduce.
bool splits_collectives(TensorParCommType type, BlockKind kind) {
  return type == TensorParCommType::kRsAg ||
         (type == TensorParCommType::kP2pRsAg && kind == BlockKind::kEdge);  // quirk D18
}

// The network time of a layer's collective in one pass, and the bytes it carries: a gather
// all-gathers forward and reduces its gradient backward, a reduction the other way round. Without
// split collectives the gathering direction needs nothing and the reducing one all-reduces.
struct Traffic {
  double bytes = 0;
  double seconds = 0;
  bool reduces = false;
};

Traffic collective_traffic(const BlockMachine& machine, const BlockShape& shape, const Layer& layer,
                           Pass pass, BlockKind kind) {
  const Collective& collective = layer.collective;
  const Network& network = machine.network(collective.family);
  if (collective.kind == CollectiveKind::kNone || (pass == Pass::kWgrad && !layer.recommunicate)) {
    return {};
  }
  if (collective.kind == CollectiveKind::kAllToAll) {
    // Quirk M3: one exchange of two processors after the other, of whole bytes.
    const double share = std::floor(collective.bytes / collective.group);
    return {collective.bytes,
            (collective.group - 1) * network.seconds(NetworkOp::kAllToAll, share, 2), false};
  }
  const bool reduces = (collective.kind == CollectiveKind::kReduce) == (pass != Pass::kAgrad);
  const bool splits = collective.always_splits || splits_collectives(shape.comm_type, kind);
  if (!reduces && !splits) {
    return {};
  }
  const NetworkOp op = !splits   ? NetworkOp::kAllReduce
                       : reduces ? NetworkOp::kReduceScatter
                                 : NetworkOp::kAllGather;
  return {collective.bytes, network.seconds(op, collective.bytes, collective.group), reduces};
}

// A collective on its own: nothing hides it. What the processor does for it (adding, moving) is
// charged as communication, and only the first time (quirk B10); no network adds on its own (quirk
// G10), and an all-to-all needs nothing.
void add_alone(PassCost& cost, std::size_t kind, const Traffic& traffic, Pass pass,
               double own_seconds) {
  cost.comm_bytes[kind] = traffic.bytes;
  cost.comm_seconds[kind] = traffic.seconds + (pass == Pass::kWgrad ? 0 : own_seconds);
  cost.exposed_seconds[kind] = cost.comm_seconds[kind];
}

// A product in t tiles: while one tile is computed, the one before is on the network. Every tile
// takes a t-th of the whole collective (quirk B6), hidden behind the flop time of a tile on a
// processor that communicates (quirk B5); `pipe` leaves one more tile uncovered (quirk B3).
void overlap_tiles(PassCost& cost, const BlockMachine& machine, const BlockShape& shape) {
  const double tiles = shape.tensor_par;
  const double usage = machine.network(CommFamily::kTensor).processor_usage;
  const double slowed_flops_seconds = cost.flops_seconds / (1 - usage);
  for (std::size_t kind = 0; kind < kNumBlockKinds; ++kind) {
    cost.required_bandwidth[kind] =  // quirk B11
        cost.comm_bytes[kind] / tiles / (slowed_flops_seconds / tiles);
  }
  // Quirk B1: the base block's collective decides for the edge block, too.
  const double network_seconds = cost.comm_seconds[static_cast<std::size_t>(BlockKind::kBase)];
  if (network_seconds == 0) {
    return;
  }
  const double alone = cost.alone_seconds;
  const double uncovered = (network_seconds - slowed_flops_seconds) / tiles;
  double exposed = 0;
  if (uncovered > 0) {
    const double slowed = machine.system.combine(slowed_flops_seconds, cost.memory_seconds);
    cost.seconds = alone / tiles + (tiles - 1) * slowed / tiles;
    exposed = (tiles - 1) * uncovered;
  } else {
    cost.seconds = alone / tiles + (tiles - 1) * alone / tiles +
                   (tiles - 1) * (network_seconds / tiles) * usage;
  }
  if (shape.choices.tensor_par_overlap == TensorParOverlap::kPipe) {
    cost.seconds += network_seconds / tiles;
    exposed += network_seconds / tiles;
  }
  cost.exposed_seconds = {exposed, exposed};
}

}  // namespace

BlockMachine::BlockMachine(const System& machine, const BlockChoices& choices)
    : system(machine),
      matrix(machine.matrix_engine(choices.datatype)),
      vector(machine.vector_engine(choices.datatype)),
      networks{
          &tier(machine, choices.tensor_par_net),
          // A dense model has no traffic between experts, whatever tiers it names.
          &tier(machine, choices.model_MoE ? choices.expert_par_net : choices.tensor_par_net),
          &tier(machine, choices.model_MoE ? choices.expert_slice_net : choices.tensor_par_net)} {
  if (machine.mem1.peak_bytes_per_second == 0 || machine.mem2.peak_bytes_per_second == 0) {
    throw InputError(fmt::format("{}: {}.GBps is 0, expected a number above 0", machine.name,
                                 machine.mem1.peak_bytes_per_second == 0 ? "mem1" : "mem2"));
  }
}

PassCost pass_cost(const BlockShape& shape, const BlockMachine& machine, const Layer& layer,
                   Pass pass) {
  const auto index = static_cast<std::size_t>(pass);
  const Engine& engine = layer.on_matrix_engine ? machine.matrix : machine.vector;
  PassCost cost;
  cost.flops = layer.flops[index];
  cost.flops_seconds = engine.seconds(cost.flops);
  cost.traffic_bytes = layer.traffic_bytes[index];
  cost.memory_seconds = machine.system.mem1.seconds(cost.traffic_bytes);
  cost.alone_seconds = machine.system.combine(cost.flops_seconds, cost.memory_seconds);
  cost.seconds = cost.alone_seconds;
  if (layer.collective.kind == CollectiveKind::kNone) {
    return cost;
  }

  for (const BlockKind kind : {BlockKind::kBase, BlockKind::kEdge}) {
    const auto k = static_cast<std::size_t>(kind);
    const Traffic traffic = collective_traffic(machine, shape, layer, pass, kind);
    if (!layer.collective.tiled) {
      const bool exchanges = layer.collective.kind == CollectiveKind::kAllToAll;
      add_alone(cost, k, traffic, pass, exchanges ? 0 : cost.seconds);
      continue;
    }
    cost.comm_bytes[k] = traffic.bytes;
    cost.comm_seconds[k] = traffic.seconds;
    if (traffic.reduces && pass != Pass::kWgrad) {  // quirk B10
      const double additions =
          traffic.bytes / shape.element_bytes * (shape.tensor_par - 1) / shape.tensor_par;
      cost.comm_seconds[k] += machine.vector.seconds(additions);
    }
  }
  if (layer.collective.tiled) {
    overlap_tiles(cost, machine, shape);
  } else {
    cost.alone_seconds = cost.seconds = 0;
  }
  return cost;
}

OptimizerCost optimizer_cost(const BlockShape& shape, const BlockMachine& machine,
                             const Layer& layer, double shards) {
  constexpr double kFlopsPerWeight = 11;  // Adam
  constexpr double kStateBytes = 4;       // moments and master weights are float32
  const double master_weights = shape.element_bytes < kStateBytes ? kStateBytes * layer.weights : 0;
  OptimizerCost cost;
  cost.flops = kFlopsPerWeight * layer.weights / shards;
  cost.flops_seconds = machine.vector.seconds(cost.flops);
  cost.state_bytes = (kStateBytes * layer.moments + master_weights) / shards;
  cost.memory_seconds = machine.system.mem1.seconds(cost.state_bytes);
  cost.seconds = machine.system.combine(cost.flops_seconds, cost.memory_seconds);
  cost.reduced_gradient_bytes = layer.weights * shape.element_bytes / shards;
  return cost;
}

}  // namespace calculon
