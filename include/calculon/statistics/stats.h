#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "calculon/base/field.h"
#include "calculon/statistics/block_stats.h"
#include "calculon/statistics/role.h"
#include "calculon/strategy/preset.h"

namespace calculon {

// What a schedule adds to its block profile: the batch on one processor, the one with most blocks.
struct BatchStats {
  double block_fw_pp_size = 0;
  double block_bw_pp_size = 0;
  double block_dp_size = 0;
  double dp_bw_overlap_req_chunk = 0;
  double dp_bw_overlap_req_tail = 0;
  double block_dp_exp_size = 0;
  double total_weights_space = 0;
  double tp_recomm_link_time = 0;
  double tp_recomm_exposed_time = 0;
  double ep_recomm_link_time = 0;
  double ep_recomm_exposed_time = 0;
  double es_recomm_link_time = 0;
  double es_recomm_exposed_time = 0;
  double ep_comm_link_time = 0;
  double ep_comm_exposed_time = 0;
  double es_comm_link_time = 0;
  double es_comm_exposed_time = 0;
  double dp_exp_comm_link_time = 0;
  double dp_exp_comm_exposed_time = 0;
  double weight_space_with_offload = 0;
  double act_space_with_offload = 0;
  double act_checkpoint_size_with_offload = 0;
  double act_grad_space_with_offload = 0;
  double weight_grad_space_with_offload = 0;
  double optimizer_space_with_offload = 0;
  double weight_space = 0;
  double act_space = 0;
  double act_checkpoint_size = 0;
  double act_grad_space = 0;
  double weight_grad_space = 0;
  double optimizer_space = 0;
  double fw_time = 0;
  double bw_time = 0;
  double optim_step_time = 0;
  double recompute_time = 0;
  double recomm_link_time = 0;
  double recomm_exposed_time = 0;
  double bubble_time = 0;
  double tp_comm_link_time = 0;
  double pp_comm_link_time = 0;
  double dp_comm_link_time = 0;
  double tp_comm_exposed_time = 0;
  double pp_comm_exposed_time = 0;
  double vocabulary_time = 0;
  double dp_comm_exposed_time = 0;
  double fw_offload_exposed_time = 0;
  double bw_offload_exposed_time = 0;
  double total_time = 0;
  double act_offload_bw_req = 0;
  double weight_offload_bw_req = 0;
  double optim_offload_bw_req = 0;
  double offload_mem_bw_req = 0;
  double proc_mem_tier1_cap_req = 0;
  double proc_mem_tier2_cap_req = 0;
  double useful_flops = 0;
  double compute_efficiency = 0;
  double system_efficiency = 0;
  double total_efficiency = 0;
  double sample_rate = 0;
};

// All that is known of a configuration (docs/model.md, "Statistics"). Derived from its
// parts, rather than holding them, so that one table of member pointers covers all.
struct Stats : BlockStats, OptimizerStats, BatchStats {};

// The row of a statistic: a field with its role.
struct StatField : Field<Stats> {
  constexpr StatField(std::string_view key, double Stats::*where, Unit of, std::string_view meaning,
                      Audience whose = kEverybody, Role what = Role::kDetail)
      : Field<Stats>{key, where, of, meaning, whose}, role(what) {}

  Role role;
};

// The published statistics in their published order: JSON, CSV, text, tests and documentation walk
// these rows, those of their preset. A value of NaN stands for "not available" and is
// written as null.
inline constexpr std::array kStatsFields{
    StatField{"block_fw_flops", &Stats::block_fw_flops, Unit::kFlops, "Flops of a block, forward"},
    StatField{"block_fw_flops_time", &Stats::block_fw_flops_time, Unit::kSeconds,
              "Flop time of a block, forward"},
    StatField{"block_fw_mem_accessed", &Stats::block_fw_mem_accessed, Unit::kBytes,
              "Memory traffic of a block, forward"},
    StatField{"block_fw_mem_time", &Stats::block_fw_mem_time, Unit::kSeconds,
              "Memory time of a block, forward"},
    StatField{"block_fw_time", &Stats::block_fw_time, Unit::kSeconds,
              "Processing time of a block, forward"},
    StatField{"baseblock_fw_tp_time", &Stats::baseblock_fw_tp_time, Unit::kSeconds,
              "Forward tensor-parallel communication of a base block, on the link"},
    StatField{"edgeblock_fw_tp_time", &Stats::edgeblock_fw_tp_time, Unit::kSeconds,
              "Forward tensor-parallel communication of an edge block, on the link"},
    StatField{"baseblock_fw_tp_time_exposed", &Stats::baseblock_fw_tp_time_exposed, Unit::kSeconds,
              "Forward tensor-parallel communication of a base block, not hidden"},
    StatField{"edgeblock_fw_tp_time_exposed", &Stats::edgeblock_fw_tp_time_exposed, Unit::kSeconds,
              "Forward tensor-parallel communication of an edge block, not hidden"},
    StatField{"block_re_flops", &Stats::block_re_flops, Unit::kFlops,
              "Flops of a block, recomputation"},
    StatField{"block_re_flops_time", &Stats::block_re_flops_time, Unit::kSeconds,
              "Flop time of a block, recomputation"},
    StatField{"block_re_mem_accessed", &Stats::block_re_mem_accessed, Unit::kBytes,
              "Memory traffic of a block, recomputation"},
    StatField{"block_re_mem_time", &Stats::block_re_mem_time, Unit::kSeconds,
              "Memory time of a block, recomputation"},
    StatField{"block_re_time", &Stats::block_re_time, Unit::kSeconds,
              "Processing time of a block, recomputation"},
    StatField{"baseblock_tp_recomm_time", &Stats::baseblock_recomm_time, Unit::kSeconds,
              "Repeated tensor-parallel communication of a base block, on the link", kWithExperts},
    StatField{"edgeblock_tp_recomm_time", &Stats::edgeblock_recomm_time, Unit::kSeconds,
              "Repeated tensor-parallel communication of an edge block, on the link", kWithExperts},
    StatField{"baseblock_tp_recomm_time_exposed", &Stats::baseblock_recomm_time_exposed,
              Unit::kSeconds, "Repeated tensor-parallel communication of a base block, not hidden",
              kWithExperts},
    StatField{"edgeblock_tp_recomm_time_exposed", &Stats::edgeblock_recomm_time_exposed,
              Unit::kSeconds, "Repeated tensor-parallel communication of an edge block, not hidden",
              kWithExperts},
    StatField{"baseblock_recomm_time", &Stats::baseblock_recomm_time, Unit::kSeconds,
              "Repeated tensor-parallel communication of a base block, on the link",
              kDenseToolOnly},
    StatField{"edgeblock_recomm_time", &Stats::edgeblock_recomm_time, Unit::kSeconds,
              "Repeated tensor-parallel communication of an edge block, on the link",
              kDenseToolOnly},
    StatField{"baseblock_recomm_time_exposed", &Stats::baseblock_recomm_time_exposed,
              Unit::kSeconds, "Repeated tensor-parallel communication of a base block, not hidden",
              kDenseToolOnly},
    StatField{"edgeblock_recomm_time_exposed", &Stats::edgeblock_recomm_time_exposed,
              Unit::kSeconds, "Repeated tensor-parallel communication of an edge block, not hidden",
              kDenseToolOnly},
    StatField{"block_agrad_flops", &Stats::block_agrad_flops, Unit::kFlops,
              "Flops of a block, activation gradients"},
    StatField{"block_agrad_flops_time", &Stats::block_agrad_flops_time, Unit::kSeconds,
              "Flop time of a block, activation gradients"},
    StatField{"block_agrad_mem_accessed", &Stats::block_agrad_mem_accessed, Unit::kBytes,
              "Memory traffic of a block, activation gradients"},
    StatField{"block_agrad_mem_time", &Stats::block_agrad_mem_time, Unit::kSeconds,
              "Memory time of a block, activation gradients"},
    StatField{"block_agrad_time", &Stats::block_agrad_time, Unit::kSeconds,
              "Processing time of a block, activation gradients"},
    StatField{"baseblock_agrad_tp_time", &Stats::baseblock_agrad_tp_time, Unit::kSeconds,
              "Backward tensor-parallel communication of a base block, on the link"},
    StatField{"edgeblock_agrad_tp_time", &Stats::edgeblock_agrad_tp_time, Unit::kSeconds,
              "Backward tensor-parallel communication of an edge block, on the link"},
    StatField{"baseblock_agrad_tp_time_exposed", &Stats::baseblock_agrad_tp_time_exposed,
              Unit::kSeconds, "Backward tensor-parallel communication of a base block, not hidden"},
    StatField{"edgeblock_agrad_tp_time_exposed", &Stats::edgeblock_agrad_tp_time_exposed,
              Unit::kSeconds,
              "Backward tensor-parallel communication of an edge block, not hidden"},
    StatField{"block_wgrad_flops", &Stats::block_wgrad_flops, Unit::kFlops,
              "Flops of a block, weight gradients"},
    StatField{"block_wgrad_flops_time", &Stats::block_wgrad_flops_time, Unit::kSeconds,
              "Flop time of a block, weight gradients"},
    StatField{"block_wgrad_mem_accessed", &Stats::block_wgrad_mem_accessed, Unit::kBytes,
              "Memory traffic of a block, weight gradients"},
    StatField{"block_wgrad_mem_time", &Stats::block_wgrad_mem_time, Unit::kSeconds,
              "Memory time of a block, weight gradients"},
    StatField{"block_wgrad_time", &Stats::block_wgrad_time, Unit::kSeconds,
              "Processing time of a block, weight gradients"},
    StatField{"block_optim_flops", &Stats::block_optim_flops, Unit::kFlops,
              "Flops of a block, optimizer step"},
    StatField{"block_optim_flops_time", &Stats::block_optim_flops_time, Unit::kSeconds,
              "Flop time of a block, optimizer step"},
    StatField{"block_optim_mem_accessed", &Stats::block_optim_mem_accessed, Unit::kBytes,
              "Memory traffic of a block, optimizer step"},
    StatField{"block_optim_mem_time", &Stats::block_optim_mem_time, Unit::kSeconds,
              "Memory time of a block, optimizer step"},
    StatField{"block_optim_time", &Stats::block_optim_time, Unit::kSeconds,
              "Processing time of a block, optimizer step"},
    StatField{"baseblock_fw_tp_size", &Stats::baseblock_fw_tp_size, Unit::kBytes,
              "Forward tensor-parallel communication of a base block, bytes"},
    StatField{"edgeblock_fw_tp_size", &Stats::edgeblock_fw_tp_size, Unit::kBytes,
              "Forward tensor-parallel communication of an edge block, bytes"},
    StatField{"baseblock_fw_ep_size", &Stats::baseblock_fw_ep_size, Unit::kBytes,
              "Forward all-to-all between experts of a base block, bytes", kWithExperts},
    StatField{"edgeblock_fw_ep_size", &Stats::edgeblock_fw_ep_size, Unit::kBytes,
              "Forward all-to-all between experts of an edge block, bytes", kWithExperts},
    StatField{"baseblock_fw_es_size", &Stats::baseblock_fw_es_size, Unit::kBytes,
              "Forward expert-slice communication of a base block, bytes", kWithExperts},
    StatField{"edgeblock_fw_es_size", &Stats::edgeblock_fw_es_size, Unit::kBytes,
              "Forward expert-slice communication of an edge block, bytes", kWithExperts},
    StatField{"baseblock_bw_tp_size", &Stats::baseblock_bw_tp_size, Unit::kBytes,
              "Backward tensor-parallel communication of a base block, bytes"},
    StatField{"edgeblock_bw_tp_size", &Stats::edgeblock_bw_tp_size, Unit::kBytes,
              "Backward tensor-parallel communication of an edge block, bytes"},
    StatField{"baseblock_bw_ep_size", &Stats::baseblock_bw_ep_size, Unit::kBytes,
              "Backward all-to-all between experts of a base block, bytes", kWithExperts},
    StatField{"edgeblock_bw_ep_size", &Stats::edgeblock_bw_ep_size, Unit::kBytes,
              "Backward all-to-all between experts of an edge block, bytes", kWithExperts},
    StatField{"baseblock_bw_es_size", &Stats::baseblock_bw_es_size, Unit::kBytes,
              "Backward expert-slice communication of a base block, bytes", kWithExperts},
    StatField{"edgeblock_bw_es_size", &Stats::edgeblock_bw_es_size, Unit::kBytes,
              "Backward expert-slice communication of an edge block, bytes", kWithExperts},
    StatField{"baseblock_tp_recomm_size", &Stats::baseblock_recomm_size, Unit::kBytes,
              "Repeated tensor-parallel communication of a base block, bytes", kWithExperts},
    StatField{"edgeblock_tp_recomm_size", &Stats::edgeblock_recomm_size, Unit::kBytes,
              "Repeated tensor-parallel communication of an edge block, bytes", kWithExperts},
    StatField{"baseblock_es_recomm_size", &Stats::baseblock_es_recomm_size, Unit::kBytes,
              "Repeated expert-slice communication of a base block, bytes", kWithExperts},
    StatField{"edgeblock_es_recomm_size", &Stats::edgeblock_es_recomm_size, Unit::kBytes,
              "Repeated expert-slice communication of an edge block, bytes", kWithExperts},
    StatField{"baseblock_ep_recomm_size", &Stats::baseblock_ep_recomm_size, Unit::kBytes,
              "Repeated all-to-all between experts of a base block, bytes", kWithExperts},
    StatField{"edgeblock_ep_recomm_size", &Stats::edgeblock_ep_recomm_size, Unit::kBytes,
              "Repeated all-to-all between experts of an edge block, bytes", kWithExperts},
    StatField{"baseblock_recomm_size", &Stats::baseblock_recomm_size, Unit::kBytes,
              "Repeated tensor-parallel communication of a base block, bytes", kDenseToolOnly},
    StatField{"edgeblock_recomm_size", &Stats::edgeblock_recomm_size, Unit::kBytes,
              "Repeated tensor-parallel communication of an edge block, bytes", kDenseToolOnly},
    StatField{"block_fw_pp_size", &Stats::block_fw_pp_size, Unit::kBytes,
              "Bytes handed to the next pipeline stage per microbatch, forward"},
    StatField{"block_bw_pp_size", &Stats::block_bw_pp_size, Unit::kBytes,
              "Bytes handed to the previous pipeline stage per microbatch, backward"},
    StatField{"block_dp_size", &Stats::block_dp_size, Unit::kBytes,
              "Bytes of a block's data-parallel exchange"},
    StatField{"block_dp_exp_size", &Stats::block_dp_exp_size, Unit::kBytes,
              "Bytes of a block's data-parallel exchange that are of experts", kWithExperts},
    StatField{"tp_bw_overlap_req", &Stats::tp_bw_overlap_req, Unit::kBytesPerSecond,
              "Bandwidth that hides tiled tensor-parallel communication"},
    StatField{"dp_bw_overlap_req_chunk", &Stats::dp_bw_overlap_req_chunk, Unit::kBytesPerSecond,
              "Bandwidth that hides the data-parallel exchange of all chunks but the last"},
    StatField{"dp_bw_overlap_req_tail", &Stats::dp_bw_overlap_req_tail, Unit::kBytesPerSecond,
              "Bandwidth that hides the data-parallel exchange of the last chunk"},
    StatField{"block_weight_space", &Stats::block_weight_space, Unit::kBytes, "Weights of a block"},
    StatField{"block_act_working_space", &Stats::block_act_working_space, Unit::kBytes,
              "Activations of a block while it is processed"},
    StatField{"block_act_storage_space", &Stats::block_act_storage_space, Unit::kBytes,
              "Activations of a block kept for backward"},
    StatField{"block_act_checkpoint_size", &Stats::block_act_checkpoint_size, Unit::kBytes,
              "Checkpoint of a block under full recomputation"},
    StatField{"block_weight_grad_space", &Stats::block_weight_grad_space, Unit::kBytes,
              "Weight gradients of a block, reduced and split as the optimizer"},
    StatField{"block_weight_grad_space_no_sharding", &Stats::block_weight_grad_space_no_sharding,
              Unit::kBytes, "Weight gradients of a block before reduction, float32"},
    StatField{"block_act_grad_space", &Stats::block_act_grad_space, Unit::kBytes,
              "Activation gradients of a block"},
    StatField{"block_optimizer_space", &Stats::block_optimizer_space, Unit::kBytes,
              "Optimizer state of a block"},
    StatField{"weight_space_with_offload", &Stats::weight_space_with_offload, Unit::kBytes,
              "Weights left in tier 1 under weight offload", kEverybody, Role::kLeftInTier1},
    StatField{"act_space_with_offload", &Stats::act_space_with_offload, Unit::kBytes,
              "Activations left in tier 1 under activation offload", kEverybody,
              Role::kLeftInTier1},
    StatField{"act_checkpoint_size_with_offload", &Stats::act_checkpoint_size_with_offload,
              Unit::kBytes,
              "Checkpoints left in tier 1 under activation offload; null when not training",
              kEverybody, Role::kLeftInTier1},
    StatField{"act_grad_space_with_offload", &Stats::act_grad_space_with_offload, Unit::kBytes,
              "Activation gradients left in tier 1", kEverybody, Role::kLeftInTier1},
    StatField{"weight_grad_space_with_offload", &Stats::weight_grad_space_with_offload,
              Unit::kBytes, "Weight gradients left in tier 1 under optimizer offload", kEverybody,
              Role::kLeftInTier1},
    StatField{"optimizer_space_with_offload", &Stats::optimizer_space_with_offload, Unit::kBytes,
              "Optimizer state left in tier 1 under optimizer offload", kEverybody,
              Role::kLeftInTier1},
    StatField{"weight_space", &Stats::weight_space, Unit::kBytes, "Weights of a processor",
              kEverybody, Role::kWeights},
    StatField{"total_weights_space", &Stats::total_weights_space, Unit::kBytes,
              "Weights of a tensor group", kWithExperts},
    StatField{"act_space", &Stats::act_space, Unit::kBytes, "Activations of a processor",
              kEverybody, Role::kActivations},
    StatField{"act_checkpoint_size", &Stats::act_checkpoint_size, Unit::kBytes,
              "Activation checkpoints of a processor", kEverybody, Role::kCheckpoints},
    StatField{"act_grad_space", &Stats::act_grad_space, Unit::kBytes,
              "Activation gradients of a processor", kEverybody, Role::kActivationGrads},
    StatField{"weight_grad_space", &Stats::weight_grad_space, Unit::kBytes,
              "Weight gradients of a processor", kEverybody, Role::kWeightGrads},
    StatField{"optimizer_space", &Stats::optimizer_space, Unit::kBytes,
              "Optimizer state of a processor", kEverybody, Role::kOptimizerState},
    StatField{"fw_time", &Stats::fw_time, Unit::kSeconds, "Forward time of the batch", kEverybody,
              Role::kForward},
    StatField{"bw_time", &Stats::bw_time, Unit::kSeconds, "Backward time of the batch", kEverybody,
              Role::kBackward},
    StatField{"optim_step_time", &Stats::optim_step_time, Unit::kSeconds,
              "Time of the optimizer step", kEverybody, Role::kOptimizer},
    StatField{"recompute_time", &Stats::recompute_time, Unit::kSeconds, "Time of recomputation",
              kEverybody, Role::kRecompute},
    StatField{"tp_recomm_link_time", &Stats::tp_recomm_link_time, Unit::kSeconds,
              "Repeated tensor-parallel communication, on the link", kWithExperts},
    StatField{"tp_recomm_exposed_time", &Stats::tp_recomm_exposed_time, Unit::kSeconds,
              "Repeated tensor-parallel communication, not hidden", kWithExperts},
    StatField{"ep_recomm_link_time", &Stats::ep_recomm_link_time, Unit::kSeconds,
              "Repeated all-to-all between experts, on the link", kWithExperts},
    StatField{"ep_recomm_exposed_time", &Stats::ep_recomm_exposed_time, Unit::kSeconds,
              "Repeated all-to-all between experts, not hidden", kWithExperts},
    StatField{"es_recomm_link_time", &Stats::es_recomm_link_time, Unit::kSeconds,
              "Repeated expert-slice communication, on the link", kWithExperts},
    StatField{"es_recomm_exposed_time", &Stats::es_recomm_exposed_time, Unit::kSeconds,
              "Repeated expert-slice communication, not hidden", kWithExperts},
    StatField{"recomm_link_time", &Stats::recomm_link_time, Unit::kSeconds,
              "Repeated tensor-parallel communication, on the link"},
    StatField{"recomm_exposed_time", &Stats::recomm_exposed_time, Unit::kSeconds,
              "Repeated tensor-parallel communication, not hidden", kEverybody, Role::kTensorComm},
    StatField{"bubble_time", &Stats::bubble_time, Unit::kSeconds, "Pipeline bubble", kEverybody,
              Role::kBubble},
    StatField{"tp_comm_link_time", &Stats::tp_comm_link_time, Unit::kSeconds,
              "Tensor-parallel communication, on the link"},
    StatField{"ep_comm_link_time", &Stats::ep_comm_link_time, Unit::kSeconds,
              "All-to-all between experts, on the link", kWithExperts},
    StatField{"es_comm_link_time", &Stats::es_comm_link_time, Unit::kSeconds,
              "Expert-slice communication, on the link", kWithExperts},
    StatField{"pp_comm_link_time", &Stats::pp_comm_link_time, Unit::kSeconds,
              "Pipeline communication, on the link"},
    StatField{"dp_comm_link_time", &Stats::dp_comm_link_time, Unit::kSeconds,
              "Data-parallel communication, on the link"},
    StatField{"dp_exp_comm_link_time", &Stats::dp_exp_comm_link_time, Unit::kSeconds,
              "Data-parallel communication of experts, on the link", kWithExperts},
    StatField{"tp_comm_exposed_time", &Stats::tp_comm_exposed_time, Unit::kSeconds,
              "Tensor-parallel communication, not hidden", kEverybody, Role::kTensorComm},
    StatField{"ep_comm_exposed_time", &Stats::ep_comm_exposed_time, Unit::kSeconds,
              "All-to-all between experts, not hidden", kWithExperts, Role::kExpertComm},
    StatField{"es_comm_exposed_time", &Stats::es_comm_exposed_time, Unit::kSeconds,
              "Expert-slice communication, not hidden", kWithExperts, Role::kExpertSliceComm},
    StatField{"pp_comm_exposed_time", &Stats::pp_comm_exposed_time, Unit::kSeconds,
              "Pipeline communication, not hidden", kEverybody, Role::kPipelineComm},
    StatField{"vocabulary_time", &Stats::vocabulary_time, Unit::kSeconds,
              "Embedding, output head and loss on the stage that is busiest with them",
              kCorrectedOnly, Role::kVocabulary},
    StatField{"dp_comm_exposed_time", &Stats::dp_comm_exposed_time, Unit::kSeconds,
              "Data-parallel communication, not hidden", kEverybody, Role::kDataComm},
    StatField{"dp_exp_comm_exposed_time", &Stats::dp_exp_comm_exposed_time, Unit::kSeconds,
              "Data-parallel communication of experts, not hidden; always 0", kWithExperts},
    StatField{"fw_offload_exposed_time", &Stats::fw_offload_exposed_time, Unit::kSeconds,
              "Forward offload transfers, not hidden", kEverybody, Role::kOffload},
    StatField{"bw_offload_exposed_time", &Stats::bw_offload_exposed_time, Unit::kSeconds,
              "Backward offload transfers, not hidden", kEverybody, Role::kOffload},
    StatField{"total_time", &Stats::total_time, Unit::kSeconds, "Time of the batch"},
    StatField{"act_offload_bw_req", &Stats::act_offload_bw_req, Unit::kBytesPerSecond,
              "Tier-2 bandwidth that hides activation offload"},
    StatField{"weight_offload_bw_req", &Stats::weight_offload_bw_req, Unit::kBytesPerSecond,
              "Tier-2 bandwidth that hides weight offload"},
    StatField{"optim_offload_bw_req", &Stats::optim_offload_bw_req, Unit::kBytesPerSecond,
              "Tier-2 bandwidth that hides optimizer offload"},
    StatField{"offload_mem_bw_req", &Stats::offload_mem_bw_req, Unit::kBytesPerSecond,
              "Tier-2 bandwidth that hides the offload in use"},
    StatField{"proc_mem_tier1_cap_req", &Stats::proc_mem_tier1_cap_req, Unit::kBytes,
              "Tier-1 memory needed"},
    StatField{"proc_mem_tier2_cap_req", &Stats::proc_mem_tier2_cap_req, Unit::kBytes,
              "Tier-2 memory needed"},
    StatField{"useful_flops", &Stats::useful_flops, Unit::kFlops,
              "Flops of a block and microbatch without recomputation; corrected: of the batch"},
    StatField{"compute_efficiency", &Stats::compute_efficiency, Unit::kRatio,
              "Ideal time / compute time", kEverybody, Role::kRate},
    StatField{"system_efficiency", &Stats::system_efficiency, Unit::kRatio,
              "Compute time / batch time", kEverybody, Role::kRate},
    StatField{"total_efficiency", &Stats::total_efficiency, Unit::kRatio,
              "Ideal time / batch time: the model-flops utilization", kEverybody, Role::kRate},
    StatField{"sample_rate", &Stats::sample_rate, Unit::kSequencesPerSecond, "Sequences per second",
              kEverybody, Role::kRate},
};
// The presets have different names for six statistics, which therefore have two rows.
inline constexpr std::size_t kStatsWithTwoNames = 6;
static_assert(sizeof(Stats) == (kStatsFields.size() - kStatsWithTwoNames) * sizeof(double),
              "a statistic has no row");

// The row of a statistic by its name. Throws InputError naming
// the nearest one.
const StatField& statistic(std::string_view name);

// The sum of the statistics that have this role, in the order of their rows; nothing if the preset
// has none.
std::optional<double> sum_of(const Stats& stats, Role role, Preset preset);

// Extreme inputs can leave the range of a double; better no answer than infinity. Throws InputError
// naming the statistic.
void require_finite(const Stats& stats);

}  // namespace calculon
