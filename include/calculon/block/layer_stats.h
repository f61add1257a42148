#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "calculon/base/field.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// One layer of a block as the `layers` statistic shows it: for one microbatch, with every pass as
// if training. Memory sizes disregard whether a buffer is stored or shared.
struct LayerStats {
  std::string_view name;
  // Elements that forward reads and writes.
  double inputs_size = 0;
  double outputs_size = 0;
  // Forward.
  double fw_flops = 0;
  double fw_mem_accessed = 0;
  double fw_arithmetic_intensity = 0;
  double fw_processing_time = 0;
  // Communication in forward, of whatever kind the layer has. The tile is the whole message where
  // nothing is tiled (quirk G7).
  double baseblock_fw_tp_comm_tile = 0;
  double edgeblock_fw_tp_comm_tile = 0;
  double baseblock_fw_tp_comm_size = 0;
  double edgeblock_fw_tp_comm_size = 0;
  double baseblock_fw_tp_comm_time = 0;
  double edgeblock_fw_tp_comm_time = 0;
  double baseblock_fw_tp_comm_time_exposed = 0;
  double edgeblock_fw_tp_comm_time_exposed = 0;
  // Backward pass to the activations' gradients.
  double agrad_flops = 0;
  double agrad_mem_accessed = 0;
  double agrad_arithmetic_intensity = 0;
  double agrad_processing_time = 0;
  // Its communication.
  double baseblock_bw_tp_comm_tile = 0;
  double edgeblock_bw_tp_comm_tile = 0;
  double baseblock_bw_tp_comm_size = 0;
  double edgeblock_bw_tp_comm_size = 0;
  double baseblock_bw_tp_comm_time = 0;
  double edgeblock_bw_tp_comm_time = 0;
  double baseblock_bw_tp_comm_time_exposed = 0;
  double edgeblock_bw_tp_comm_time_exposed = 0;
  // Backward pass to the weights' gradients.
  double wgrad_flops = 0;
  double wgrad_mem_accessed = 0;
  double wgrad_arithmetic_intensity = 0;
  double wgrad_processing_time = 0;
  // Communication that is repeated in backward.
  double baseblock_recomm_tile = 0;
  double edgeblock_recomm_tile = 0;
  double baseblock_recomm_size = 0;
  double edgeblock_recomm_size = 0;
  double baseblock_recomm_time = 0;
  double edgeblock_recomm_time = 0;
  double baseblock_recomm_time_exposed = 0;
  double edgeblock_recomm_time_exposed = 0;
  // The optimizer step.
  double optim_flops = 0;
  double optim_mem_accessed = 0;
  double optim_arithmetic_intensity = 0;
  double optim_processing_time = 0;
  // Bytes that the layer holds.
  double weight = 0;
  double activation = 0;
  double weight_grad = 0;
  double activation_grad = 0;
  double optimizer = 0;
};

inline constexpr std::array kLayerStatsFields{
    Field<LayerStats>{"inputs_size", &LayerStats::inputs_size, Unit::kElements,
                      "elements read in forward"},
    Field<LayerStats>{"outputs_size", &LayerStats::outputs_size, Unit::kElements,
                      "elements written in forward"},
    Field<LayerStats>{"fw_flops", &LayerStats::fw_flops, Unit::kFlops, "forward: flops"},
    Field<LayerStats>{"fw_mem_accessed", &LayerStats::fw_mem_accessed, Unit::kBytes,
                      "forward: memory traffic"},
    Field<LayerStats>{"fw_arithmetic_intensity", &LayerStats::fw_arithmetic_intensity,
                      Unit::kFlopsPerByte, "forward: flops per byte of traffic, 0 without flops"},
    Field<LayerStats>{"fw_processing_time", &LayerStats::fw_processing_time, Unit::kSeconds,
                      "forward: processing time; 0 for a collective"},
    Field<LayerStats>{"baseblock_fw_tp_comm_tile", &LayerStats::baseblock_fw_tp_comm_tile,
                      Unit::kBytes, "forward communication of a base block: bytes of one tile"},
    Field<LayerStats>{"edgeblock_fw_tp_comm_tile", &LayerStats::edgeblock_fw_tp_comm_tile,
                      Unit::kBytes, "forward communication of an edge block: bytes of one tile"},
    Field<LayerStats>{"baseblock_fw_tp_comm_size", &LayerStats::baseblock_fw_tp_comm_size,
                      Unit::kBytes, "forward communication of a base block: bytes"},
    Field<LayerStats>{"edgeblock_fw_tp_comm_size", &LayerStats::edgeblock_fw_tp_comm_size,
                      Unit::kBytes, "forward communication of an edge block: bytes"},
    Field<LayerStats>{"baseblock_fw_tp_comm_time", &LayerStats::baseblock_fw_tp_comm_time,
                      Unit::kSeconds, "forward communication of a base block: time on the link"},
    Field<LayerStats>{"edgeblock_fw_tp_comm_time", &LayerStats::edgeblock_fw_tp_comm_time,
                      Unit::kSeconds, "forward communication of an edge block: time on the link"},
    Field<LayerStats>{"baseblock_fw_tp_comm_time_exposed",
                      &LayerStats::baseblock_fw_tp_comm_time_exposed, Unit::kSeconds,
                      "forward communication of a base block: time not hidden"},
    Field<LayerStats>{"edgeblock_fw_tp_comm_time_exposed",
                      &LayerStats::edgeblock_fw_tp_comm_time_exposed, Unit::kSeconds,
                      "forward communication of an edge block: time not hidden"},
    Field<LayerStats>{"agrad_flops", &LayerStats::agrad_flops, Unit::kFlops,
                      "activation-gradient: flops"},
    Field<LayerStats>{"agrad_mem_accessed", &LayerStats::agrad_mem_accessed, Unit::kBytes,
                      "activation-gradient: memory traffic"},
    Field<LayerStats>{"agrad_arithmetic_intensity", &LayerStats::agrad_arithmetic_intensity,
                      Unit::kFlopsPerByte,
                      "activation-gradient: flops per byte of traffic, 0 without flops"},
    Field<LayerStats>{"agrad_processing_time", &LayerStats::agrad_processing_time, Unit::kSeconds,
                      "activation-gradient: processing time; 0 for a collective"},
    Field<LayerStats>{"baseblock_bw_tp_comm_tile", &LayerStats::baseblock_bw_tp_comm_tile,
                      Unit::kBytes, "backward communication of a base block: bytes of one tile"},
    Field<LayerStats>{"edgeblock_bw_tp_comm_tile", &LayerStats::edgeblock_bw_tp_comm_tile,
                      Unit::kBytes, "backward communication of an edge block: bytes of one tile"},
    Field<LayerStats>{"baseblock_bw_tp_comm_size", &LayerStats::baseblock_bw_tp_comm_size,
                      Unit::kBytes, "backward communication of a base block: bytes"},
    Field<LayerStats>{"edgeblock_bw_tp_comm_size", &LayerStats::edgeblock_bw_tp_comm_size,
                      Unit::kBytes, "backward communication of an edge block: bytes"},
    Field<LayerStats>{"baseblock_bw_tp_comm_time", &LayerStats::baseblock_bw_tp_comm_time,
                      Unit::kSeconds, "backward communication of a base block: time on the link"},
    Field<LayerStats>{"edgeblock_bw_tp_comm_time", &LayerStats::edgeblock_bw_tp_comm_time,
                      Unit::kSeconds, "backward communication of an edge block: time on the link"},
    Field<LayerStats>{"baseblock_bw_tp_comm_time_exposed",
                      &LayerStats::baseblock_bw_tp_comm_time_exposed, Unit::kSeconds,
                      "backward communication of a base block: time not hidden"},
    Field<LayerStats>{"edgeblock_bw_tp_comm_time_exposed",
                      &LayerStats::edgeblock_bw_tp_comm_time_exposed, Unit::kSeconds,
                      "backward communication of an edge block: time not hidden"},
    Field<LayerStats>{"wgrad_flops", &LayerStats::wgrad_flops, Unit::kFlops,
                      "weight-gradient: flops"},
    Field<LayerStats>{"wgrad_mem_accessed", &LayerStats::wgrad_mem_accessed, Unit::kBytes,
                      "weight-gradient: memory traffic"},
    Field<LayerStats>{"wgrad_arithmetic_intensity", &LayerStats::wgrad_arithmetic_intensity,
                      Unit::kFlopsPerByte,
                      "weight-gradient: flops per byte of traffic, 0 without flops"},
    Field<LayerStats>{"wgrad_processing_time", &LayerStats::wgrad_processing_time, Unit::kSeconds,
                      "weight-gradient: processing time; 0 for a collective"},
    Field<LayerStats>{"baseblock_recomm_tile", &LayerStats::baseblock_recomm_tile, Unit::kBytes,
                      "repeated forward communication of a base block: bytes of one tile"},
    Field<LayerStats>{"edgeblock_recomm_tile", &LayerStats::edgeblock_recomm_tile, Unit::kBytes,
                      "repeated forward communication of an edge block: bytes of one tile"},
    Field<LayerStats>{"baseblock_recomm_size", &LayerStats::baseblock_recomm_size, Unit::kBytes,
                      "repeated forward communication of a base block: bytes"},
    Field<LayerStats>{"edgeblock_recomm_size", &LayerStats::edgeblock_recomm_size, Unit::kBytes,
                      "repeated forward communication of an edge block: bytes"},
    Field<LayerStats>{"baseblock_recomm_time", &LayerStats::baseblock_recomm_time, Unit::kSeconds,
                      "repeated forward communication of a base block: time on the link"},
    Field<LayerStats>{"edgeblock_recomm_time", &LayerStats::edgeblock_recomm_time, Unit::kSeconds,
                      "repeated forward communication of an edge block: time on the link"},
    Field<LayerStats>{"baseblock_recomm_time_exposed", &LayerStats::baseblock_recomm_time_exposed,
                      Unit::kSeconds,
                      "repeated forward communication of a base block: time not hidden"},
    Field<LayerStats>{"edgeblock_recomm_time_exposed", &LayerStats::edgeblock_recomm_time_exposed,
                      Unit::kSeconds,
                      "repeated forward communication of an edge block: time not hidden"},
    Field<LayerStats>{"optim_flops", &LayerStats::optim_flops, Unit::kFlops, "optimizer: flops"},
    Field<LayerStats>{"optim_mem_accessed", &LayerStats::optim_mem_accessed, Unit::kBytes,
                      "optimizer: memory traffic"},
    Field<LayerStats>{"optim_arithmetic_intensity", &LayerStats::optim_arithmetic_intensity,
                      Unit::kFlopsPerByte, "optimizer: flops per byte of traffic, 0 without flops"},
    Field<LayerStats>{"optim_processing_time", &LayerStats::optim_processing_time, Unit::kSeconds,
                      "optimizer: processing time; 0 for a collective"},
    Field<LayerStats>{"weight", &LayerStats::weight, Unit::kBytes, "weights"},
    Field<LayerStats>{"activation", &LayerStats::activation, Unit::kBytes,
                      "activation kept for backward, whether or not it is stored"},
    Field<LayerStats>{"weight_grad", &LayerStats::weight_grad, Unit::kBytes,
                      "weight gradients, split as the optimizer"},
    Field<LayerStats>{"activation_grad", &LayerStats::activation_grad, Unit::kBytes,
                      "activation gradients"},
    Field<LayerStats>{"optimizer", &LayerStats::optimizer, Unit::kBytes, "optimizer state"},
};
static_assert(sizeof(LayerStats) ==
                  sizeof(std::string_view) + kLayerStatsFields.size() * sizeof(double),
              "a LayerStats field has no row");

// The layers of the block that these choices describe, first to last, with their state split over
// `shards`. Throws as profile_block(), and InputError for a figure past
// the range of a double.
std::vector<LayerStats> layer_stats(const Transformer& transformer, const System& system,
                                    const BlockChoices& choices, const OptimizerShards& shards);

}  // namespace calculon
