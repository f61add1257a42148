#include "calculon/block/layer_stats.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/finite.h"
#include "block/block_layers.h"
#include "block/layer_cost.h"

namespace calculon {
namespace {

double intensity(double flops, double bytes) {
  if (flops == 0) {
    return 0;
  }
  return bytes == 0 ? std::numeric_limits<double>::infinity() : flops / bytes;
}

// Where one pass of a layer goes in LayerStats; the communication members come in pairs of base
// and edge block.
struct PassMembers {
  using Member = double LayerStats::*;
  Member flops, mem_accessed, arithmetic_intensity, processing_time;
  std::array<Member, kNumBlockKinds> comm_tile, comm_size, comm_time, comm_exposed;
};

constexpr std::array<PassMembers, kNumPasses> kPassMembers = {{
    {&LayerStats::fw_flops,
     &LayerStats::fw_mem_accessed,
     &LayerStats::fw_arithmetic_intensity,
     &LayerStats::fw_processing_time,
     {&LayerStats::baseblock_fw_tp_comm_tile, &LayerStats::edgeblock_fw_tp_comm_tile},
     {&LayerStats::baseblock_fw_tp_comm_size, &LayerStats::edgeblock_fw_tp_comm_size},
     {&LayerStats::baseblock_fw_tp_comm_time, &LayerStats::edgeblock_fw_tp_comm_time},
     {&LayerStats::baseblock_fw_tp_comm_time_exposed,
      &LayerStats::edgeblock_fw_tp_comm_time_exposed}},
    {&LayerStats::agrad_flops,
     &LayerStats::agrad_mem_accessed,
     &LayerStats::agrad_arithmetic_intensity,
     &LayerStats::agrad_processing_time,
     {&LayerStats::baseblock_bw_tp_comm_tile, &LayerStats::edgeblock_bw_tp_comm_tile},
     {&LayerStats::baseblock_bw_tp_comm_size, &LayerStats::edgeblock_bw_tp_comm_size},
     {&LayerStats::baseblock_bw_tp_comm_time, &LayerStats::edgeblock_bw_tp_comm_time},
     {&LayerStats::baseblock_bw_tp_comm_time_exposed,
      &LayerStats::edgeblock_bw_tp_comm_time_exposed}},
    {&LayerStats::wgrad_flops,
     &LayerStats::wgrad_mem_accessed,
     &LayerStats::wgrad_arithmetic_intensity,
     &LayerStats::wgrad_processing_time,
     {&LayerStats::baseblock_recomm_tile, &LayerStats::edgeblock_recomm_tile},
     {&LayerStats::baseblock_recomm_size, &LayerStats::edgeblock_recomm_size},
     {&LayerStats::baseblock_recomm_time, &LayerStats::edgeblock_recomm_time},
     {&LayerStats::baseblock_recomm_time_exposed, &LayerStats::edgeblock_recomm_time_exposed}},
}};

void report_pass(LayerStats& stats, const PassMembers& members, const PassCost& cost,
                 double tiles) {
  stats.*members.flops = cost.flops;
  stats.*members.mem_accessed = cost.traffic_bytes;
  stats.*members.arithmetic_intensity = intensity(cost.flops, cost.traffic_bytes);
  stats.*members.processing_time = cost.seconds;
  for (std::size_t kind = 0; kind < kNumBlockKinds; ++kind) {
    stats.*members.comm_tile[kind] = cost.comm_bytes[kind] / tiles;
    stats.*members.comm_size[kind] = cost.comm_bytes[kind];
    stats.*members.comm_time[kind] = cost.comm_seconds[kind];
    stats.*members.comm_exposed[kind] = cost.exposed_seconds[kind];
  }
}

// Layers tell more than an evaluation uses (when not training, the other passes), and its check of
// its own results does not cover that.
void require_finite_layer(const LayerStats& stats) {
  for (const auto& field : kLayerStatsFields) {
    if (!std::isfinite(stats.*field.member)) {  // the words only then
      require_finite(stats.*field.member, fmt::format("{} of {}", field.name, stats.name));
    }
  }
}

}  // namespace

std::vector<LayerStats> layer_stats(const Transformer& transformer, const System& system,
                                    const BlockChoices& choices, const OptimizerShards& shards) {
  const BlockShape shape(transformer, choices);
  const BlockMachine machine(system, choices);
  std::vector<LayerStats> reports;
  for (const Layer& layer : block_layers(shape)) {
    LayerStats stats;
    stats.name = layer.name;
    stats.inputs_size = layer.input_elements;  // quirk G7: elements among bytes
    stats.outputs_size = layer.output_elements;
    const double tiles = layer.collective.tiled ? shape.tensor_par : 1;
    for (const Pass pass : {Pass::kForward, Pass::kAgrad, Pass::kWgrad}) {
      report_pass(stats, kPassMembers[static_cast<std::size_t>(pass)],
                  pass_cost(shape, machine, layer, pass), tiles);
    }
    const OptimizerCost step =
        optimizer_cost(shape, machine, layer,
                       static_cast<double>(layer.of_experts ? shards.experts : shards.shared));
    stats.optim_flops = step.flops;
    stats.optim_mem_accessed = step.state_bytes;
    stats.optim_arithmetic_intensity = intensity(step.flops, step.state_bytes);
    stats.optim_processing_time = step.seconds;
    stats.weight = layer.weights * shape.element_bytes;
    stats.activation = layer.activation_bytes;
    stats.weight_grad = step.reduced_gradient_bytes;
    stats.activation_grad = layer.activation_grad_bytes;
    stats.optimizer = step.state_bytes;
    require_finite_layer(stats);
    reports.push_back(stats);
  }
  return reports;
}

}  // namespace calculon
