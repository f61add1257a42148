// A block profile is the sum over the block's layers, pass by pass. Where the published tool adds
// something other than the layer's own value, the quirk is named.
#include "calculon/block/block_profile.h"

#include <algorithm>
#include <array>

#include "block/block_layers.h"
#include "block/layer_cost.h"
#include "block/vocabulary.h"

namespace calculon {
namespace {

constexpr auto kBase = static_cast<std::size_t>(BlockKind::kBase);
constexpr auto kEdge = static_cast<std::size_t>(BlockKind::kEdge);

void require_bandwidth(BlockProfile& block, const PassCost& cost) {
  block.tp_bw_overlap_req = std::max(
      {block.tp_bw_overlap_req, cost.required_bandwidth[kBase], cost.required_bandwidth[kEdge]});
}

// When a layer communicates. The repetition of forward's collectives in backward, recommunication,
// is told as the communication of the weight-gradient pass (PassCost), which has none of its own.
enum class CommPhase { kForward, kBackward, kRepeated };
constexpr std::size_t kNumCommPhases = 3;

// The sums that the communication of a phase goes into: bytes of each family, and the times of
// traffic between experts.
struct CommSums {
  using Member = double BlockProfile::*;
  std::array<Member, kNumBlockKinds> tensor_bytes, expert_bytes, slice_bytes;
  std::array<Member, kNumBlockKinds> tensor_seconds, tensor_exposed;
  double ExpertTraffic::*expert_seconds;
};

constexpr std::array<CommSums, kNumCommPhases> kCommSums = {{
    {{&BlockProfile::baseblock_fw_tp_size, &BlockProfile::edgeblock_fw_tp_size},
     {&BlockProfile::baseblock_fw_ep_size, &BlockProfile::edgeblock_fw_ep_size},
     {&BlockProfile::baseblock_fw_es_size, &BlockProfile::edgeblock_fw_es_size},
     {&BlockProfile::baseblock_fw_tp_time, &BlockProfile::edgeblock_fw_tp_time},
     {&BlockProfile::baseblock_fw_tp_time_exposed, &BlockProfile::edgeblock_fw_tp_time_exposed},
     &ExpertTraffic::fw_seconds},
    {{&BlockProfile::baseblock_bw_tp_size, &BlockProfile::edgeblock_bw_tp_size},
     {&BlockProfile::baseblock_bw_ep_size, &BlockProfile::edgeblock_bw_ep_size},
     {&BlockProfile::baseblock_bw_es_size, &BlockProfile::edgeblock_bw_es_size},
     {&BlockProfile::baseblock_agrad_tp_time, &BlockProfile::edgeblock_agrad_tp_time},
     {&BlockProfile::baseblock_agrad_tp_time_exposed,
      &BlockProfile::edgeblock_agrad_tp_time_exposed},
     &ExpertTraffic::agrad_seconds},
    {{&BlockProfile::baseblock_recomm_size, &BlockProfile::edgeblock_recomm_size},
     {&BlockProfile::baseblock_ep_recomm_size, &BlockProfile::edgeblock_ep_recomm_size},
     {&BlockProfile::baseblock_es_recomm_size, &BlockProfile::edgeblock_es_recomm_size},
     {&BlockProfile::baseblock_recomm_time, &BlockProfile::edgeblock_recomm_time},
     {&BlockProfile::baseblock_recomm_time_exposed, &BlockProfile::edgeblock_recomm_time_exposed},
     &ExpertTraffic::recomm_seconds},
}};

// Adds one layer's communication in one phase; `exposed` may be that of another phase.
void add_communication(BlockProfile& block, const Layer& layer, CommPhase phase,
                       const PassCost& cost, const PerKind& exposed) {
  const CommSums& sums = kCommSums[static_cast<std::size_t>(phase)];
  const CommFamily family = layer.collective.family;
  const auto& bytes = family == CommFamily::kTensor   ? sums.tensor_bytes
                      : family == CommFamily::kExpert ? sums.expert_bytes
                                                      : sums.slice_bytes;
  for (std::size_t kind = 0; kind < kNumBlockKinds; ++kind) {
    block.*bytes[kind] += cost.comm_bytes[kind];
    if (family == CommFamily::kTensor) {
      block.*sums.tensor_seconds[kind] += cost.comm_seconds[kind];
      block.*sums.tensor_exposed[kind] += exposed[kind];
    }
  }
  if (family != CommFamily::kTensor) {
    ExpertTraffic& traffic = family == CommFamily::kExpert ? block.expert : block.slice;
    traffic.*sums.expert_seconds += cost.comm_seconds[kBase];
  }
}

void add_forward(BlockProfile& block, const BlockShape& shape, const Layer& layer,
                 const PassCost& forward) {
  block.block_fw_flops += forward.flops;
  block.block_fw_flops_time += forward.flops_seconds;
  block.block_fw_mem_accessed += forward.traffic_bytes;
  block.block_fw_mem_time += forward.memory_seconds;
  block.block_fw_time += forward.seconds;
  block.alone.forward_seconds += forward.alone_seconds;
  add_communication(block, layer, CommPhase::kForward, forward, forward.exposed_seconds);
  require_bandwidth(block, forward);
  const double weight_bytes = layer.weights * shape.element_bytes;
  block.block_weight_space += weight_bytes;
  block.expert_weight_bytes += layer.of_experts ? weight_bytes : 0;
  block.block_act_working_space += layer.activation_reused ? 0 : layer.activation_bytes;
  block.block_act_storage_space += layer.activation_bytes;  // quirk E6: shared buffers, too
}

void add_recompute(BlockProfile& block, const Layer& layer, const PassCost& forward,
                   const PassCost& wgrad) {
  if (layer.recompute) {
    // Quirk C1: the block's running totals, not the layer's own values; the time is the layer's.
    const bool running = block.choices.rules.running_recompute_totals;
    block.block_re_flops += running ? block.block_fw_flops : forward.flops;
    block.block_re_flops_time += running ? block.block_fw_flops_time : forward.flops_seconds;
    block.block_re_mem_accessed += running ? block.block_fw_mem_accessed : forward.traffic_bytes;
    block.block_re_mem_time += running ? block.block_fw_mem_time : forward.memory_seconds;
    block.block_re_time += forward.seconds;
    block.alone.backward_seconds += forward.alone_seconds;
  }
  if (layer.recommunicate) {
    // Quirk B2: what is exposed of a tiled collective is what was exposed in forward.
    add_communication(block, layer, CommPhase::kRepeated, wgrad,
                      layer.collective.tiled ? forward.exposed_seconds : wgrad.exposed_seconds);
  }
}

void add_backward(BlockProfile& block, const Layer& layer, const PassCost& agrad,
                  const PassCost& wgrad) {
  block.block_agrad_flops += agrad.flops;
  block.block_agrad_flops_time += agrad.flops_seconds;
  block.block_agrad_mem_accessed += agrad.traffic_bytes;
  block.block_agrad_mem_time += agrad.memory_seconds;
  block.block_agrad_time += agrad.seconds;
  add_communication(block, layer, CommPhase::kBackward, agrad, agrad.exposed_seconds);
  require_bandwidth(block, agrad);
  block.block_wgrad_flops += wgrad.flops;
  block.block_wgrad_flops_time += wgrad.flops_seconds;
  block.block_wgrad_mem_accessed += wgrad.traffic_bytes;
  block.block_wgrad_mem_time += wgrad.memory_seconds;
  block.block_wgrad_time += wgrad.seconds;  // quirk B4: with the overlap of recommunication
  block.alone.backward_seconds += agrad.alone_seconds + wgrad.alone_seconds;

  constexpr double kUnreducedGradientBytes = 4;  // float32
  block.block_act_storage_space -= layer.output_stored ? 0 : layer.output_bytes;
  block.block_act_storage_space -= layer.activation_stored ? 0 : layer.activation_bytes;
  block.block_weight_grad_space_no_sharding += kUnreducedGradientBytes * layer.weights;
  block.block_act_grad_space += layer.activation_grad_bytes;  // quirk E7: a sum, not a peak
}

}  // namespace

BlockProfile profile_block(const Transformer& transformer, const System& system,
                           const BlockChoices& choices) {
  const BlockShape shape(transformer, choices);
  const BlockMachine machine(system, choices);
  BlockProfile block;
  block.choices = choices;
  for (const Layer& layer : block_layers(shape)) {
    const PassCost forward = pass_cost(shape, machine, layer, Pass::kForward);
    const PassCost agrad = pass_cost(shape, machine, layer, Pass::kAgrad);
    const PassCost wgrad = pass_cost(shape, machine, layer, Pass::kWgrad);
    add_forward(block, shape, layer, forward);
    if (choices.training) {
      add_recompute(block, layer, forward, wgrad);
      add_backward(block, layer, agrad, wgrad);
    }
  }
  if (shape.recompute_all) {
    block.block_act_storage_space = 0;
    const bool full = choices.rules.full_size_checkpoints && !choices.model_MoE;  // quirks C6, M13
    block.block_act_checkpoint_size =
        shape.element_bytes * (full ? shape.full_activation : shape.block_activation);
  }
  block.pipeline_transfer_bytes =
      shape.element_bytes * (shape.comm_type == TensorParCommType::kAr && !choices.model_MoE
                                 ? shape.full_activation
                                 : shape.scattered_activation);
  block.vocabulary = vocabulary_costs(shape, machine);
  block.matrix_peak_flops_per_second = machine.matrix.peak_flops_per_second;
  return block;
}

OptimizerProfile profile_optimizer(const Transformer& transformer, const System& system,
                                   const BlockChoices& choices, const OptimizerShards& shards) {
  const BlockShape shape(transformer, choices);
  const BlockMachine machine(system, choices);
  OptimizerProfile step;
  const auto shared = static_cast<double>(shards.shared);
  for (const Layer& layer : block_layers(shape)) {
    const OptimizerCost cost = optimizer_cost(
        shape, machine, layer, layer.of_experts ? static_cast<double>(shards.experts) : shared);
    if (choices.training) {
      step.block_optim_flops += cost.flops;
      step.block_optim_flops_time += cost.flops_seconds;
      step.block_optim_mem_accessed += cost.state_bytes;
      step.block_optim_mem_time += cost.memory_seconds;
      step.block_optim_time += cost.seconds;
      step.block_weight_grad_space += cost.reduced_gradient_bytes;
      step.block_optimizer_space += cost.state_bytes;
    }
  }
  step.embedding = embedding_step(shape, machine, shared);
  step.head = head_step(shape, machine, shared);
  return step;
}

}  // namespace calculon
