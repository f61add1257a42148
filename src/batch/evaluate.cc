// The order of effects: the pipeline's transfers lengthen blocks, offloading lengthens them
// further, bubble and data-parallel windows follow from the lengths. A configuration that does not
// fit in memory is infeasible even where its bandwidth requirements (rule U72) have no answer.
#include "calculon/batch/evaluate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "batch/batch_shape.h"
#include "batch/batch_times.h"
#include "batch/data_parallel.h"
#include "batch/memory_plan.h"
#include "batch/offload.h"
#include "batch/pipeline.h"
#include "batch/vocabulary_ends.h"

namespace calculon {
namespace {

void set_memory(Stats& stats, const StageSpaces& stage, const TierBytes& bytes,
                const BlockChoices& choices) {
  const MemorySpaces& offloaded = stage.offloaded;
  set_spaces(stats, stage.whole);
  stats.weight_space_with_offload = offloaded.weights;
  stats.act_space_with_offload = offloaded.activations;
  const bool unknown = !choices.training && choices.rules.no_checkpoint_in_inference;  // quirk E3
  stats.act_checkpoint_size_with_offload =
      unknown ? std::numeric_limits<double>::quiet_NaN() : offloaded.checkpoints;
  stats.act_grad_space_with_offload = offloaded.activation_grads;
  stats.weight_grad_space_with_offload = offloaded.weight_grads;
  stats.optimizer_space_with_offload = offloaded.optimizer;
  stats.proc_mem_tier1_cap_req = bytes.tier1;
  stats.proc_mem_tier2_cap_req = bytes.tier2;
}

void set_expert_times(Stats& stats, const BlockProfile& block, const BatchShape& shape) {
  const double passes = shape.blocks * shape.microbatches;
  stats.tp_recomm_link_time =
      shape.over_batch(block.baseblock_recomm_time, block.edgeblock_recomm_time);
  stats.tp_recomm_exposed_time =
      shape.over_batch(block.baseblock_recomm_time_exposed, block.edgeblock_recomm_time_exposed);
  stats.ep_recomm_link_time = passes * block.expert.recomm_seconds;
  stats.ep_recomm_exposed_time = stats.ep_recomm_link_time;
  stats.es_recomm_link_time = passes * block.slice.recomm_seconds;
  stats.es_recomm_exposed_time = stats.es_recomm_link_time;
  stats.recomm_link_time =
      stats.tp_recomm_link_time + stats.ep_recomm_link_time + stats.es_recomm_link_time;
  stats.ep_comm_link_time = stats.ep_comm_exposed_time;  // quirk M4
  stats.es_comm_link_time = stats.es_comm_exposed_time;
  stats.total_weights_space =  // quirk M14
      stats.weight_space * static_cast<double>(block.choices.tensor_par);
}

void set_times(BatchStats& stats, const BatchTimes& times) {
  stats.fw_time = times.compute.forward;
  stats.bw_time = times.compute.backward;
  stats.optim_step_time = times.compute.optimizer;
  stats.recompute_time = times.compute.recompute;
  stats.recomm_exposed_time = times.compute.recommunication;
  stats.tp_comm_exposed_time = times.compute.tensor_parallel;
  stats.ep_comm_exposed_time = times.compute.expert_parallel;
  stats.es_comm_exposed_time = times.compute.expert_slice;
  stats.fw_offload_exposed_time = times.forward_offload;
  stats.bw_offload_exposed_time = times.backward_offload;
  stats.bubble_time = times.bubble;
  stats.pp_comm_exposed_time = times.pipeline_parallel;
  stats.vocabulary_time = times.vocabulary;
  stats.dp_comm_exposed_time = times.data_parallel;
  stats.total_time = times.total();
}

void set_links(BatchStats& stats, const BlockProfile& block, const BatchShape& shape,
               const PipelineTransfer& transfer, const DataParallel& data) {
  stats.tp_comm_link_time =
      shape.over_batch(block.baseblock_fw_tp_time, block.edgeblock_fw_tp_time) +
      shape.over_batch(block.baseblock_agrad_tp_time, block.edgeblock_agrad_tp_time);
  stats.pp_comm_link_time = pipeline_seconds(block, shape, transfer);
  stats.block_fw_pp_size = transfer.forward_bytes;
  stats.block_bw_pp_size = transfer.backward_bytes;
  stats.dp_comm_link_time = data.link_seconds;
  stats.block_dp_size = data.block_bytes;
  stats.block_dp_exp_size = data.expert_block_bytes;
  stats.dp_exp_comm_link_time = data.expert_link_seconds;
  stats.dp_bw_overlap_req_chunk = data.required_bandwidth_chunk;
  stats.dp_bw_overlap_req_tail = data.required_bandwidth_tail;
}

void set_offload_requirements(BatchStats& stats, const BlockProfile& block,
                              const OptimizerProfile& optimizer, const OffloadTraffic& traffic,
                              const OffloadWindows& windows) {
  const bool training = block.choices.training;
  // Quirk D20: forward alone, though both move backward, too.
  stats.act_offload_bw_req = kept_activation_bytes(block) / windows.forward_seconds;
  stats.weight_offload_bw_req = block.block_weight_space / windows.forward_seconds;
  const double forward = traffic.forward_bytes / windows.forward_seconds;
  if (training) {
    stats.optim_offload_bw_req =
        (optimizer.block_weight_grad_space + optimizer.block_optimizer_space) /
        windows.backward_seconds;
    stats.offload_mem_bw_req = std::max(forward, traffic.backward_bytes / windows.backward_seconds);
  } else {
    stats.offload_mem_bw_req = forward;
  }
}

// Of a block and microbatch, without recomputation.
double flops_of_passes(const BlockStats& block) {
  return block.block_fw_flops + block.block_agrad_flops + block.block_wgrad_flops;
}

// The useful work of a processor in a batch, flops: that of the fullest one as published, else the
// mean.
double useful_flops(const BlockProfile& block, const OptimizerProfile& optimizer,
                    const BatchShape& shape) {
  const ModelRules& rules = block.choices.rules;
  const double passes = flops_of_passes(block);
  const double blocks =
      rules.counts_rounded_blocks ? shape.blocks : shape.model_blocks / shape.stages;  // quirk D13
  if (rules.block_is_useful_work) {                                                    // quirk D14
    return blocks * shape.microbatches * (passes + optimizer.block_optim_flops);
  }
  const double ends = shape.microbatches * block.vocabulary.flops + optimizer.embedding.flops +
                      (shape.stages == 1 && shape.tied_ends ? 0 : optimizer.head.flops);
  return blocks * (shape.microbatches * passes + optimizer.block_optim_flops) + ends / shape.stages;
}

void set_rates(BatchStats& stats, const BlockProfile& block, const OptimizerProfile& optimizer,
               const ScheduleChoices& schedule, const BatchShape& shape) {
  const double useful = useful_flops(block, optimizer, shape);
  stats.useful_flops = block.choices.rules.block_is_useful_work  // quirk D14
                           ? flops_of_passes(block) + optimizer.block_optim_flops
                           : static_cast<double>(schedule.num_procs) * useful;
  const double block_seconds =
      block.block_fw_time + block.block_agrad_time + block.block_wgrad_time;
  const double busy = stats.fw_time + stats.bw_time + stats.optim_step_time +  // quirk D15
                      shape.microbatches * busiest_end(block, shape, block_seconds);
  const double ideal = useful / block.matrix_peak_flops_per_second;  // quirk D16
  stats.compute_efficiency = ideal / busy;
  stats.system_efficiency = busy / stats.total_time;
  stats.total_efficiency = ideal / stats.total_time;
  stats.sample_rate = static_cast<double>(schedule.batch_size) / stats.total_time;
}

}  // namespace

Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const BlockProfile& block, const OptimizerProfile& optimizer,
                        const ScheduleChoices& schedule) {
  const BatchShape shape(transformer, schedule, block.choices.microbatch_size);
  const Network& pipeline_network =
      system.networks[static_cast<std::size_t>(schedule.pipeline_par_net)];
  const PipelineTransfer transfer = pipeline_transfer(block, shape, pipeline_network);
  const OffloadTraffic traffic = offload_traffic(block, optimizer, schedule, system.mem2);
  const BlockTimes bare = block_times(block, transfer);
  const BlockTimes overhead = offload_overhead(block, traffic, bare);
  const PipelineSpaces memory = pipeline_spaces(block, optimizer, shape);
  const StageSpaces& stage = fullest_stage(memory, schedule);
  const TierBytes bytes = tier_bytes(stage, schedule);
  if (const auto infeasible = check_memory(bytes, system)) {
    return *infeasible;
  }
  if (const auto infeasible = check_answer(block, stage)) {
    return *infeasible;
  }

  const OffloadWindows windows = offload_windows(block, bare);
  if (windows.any_empty()) {
    return Infeasible{Reason::kNoOffloadWindow};
  }
  BatchTimes times =
      batch_times(block, compute_times(block, optimizer, shape), shape, transfer, bare, overhead);
  const DataParallel data =
      data_parallel(block, optimizer, schedule, system, shape, transfer, bare + overhead);
  times.data_parallel = data.exposed_seconds;

  Stats stats;
  static_cast<BlockStats&>(stats) = block;  // NOLINT(cppcoreguidelines-slicing): its base is meant
  static_cast<OptimizerStats&>(stats) = optimizer;  // NOLINT(cppcoreguidelines-slicing)
  set_times(stats, times);
  set_links(stats, block, shape, transfer, data);
  set_rates(stats, block, optimizer, schedule, shape);
  set_offload_requirements(stats, block, optimizer, traffic, windows);
  set_memory(stats, stage, bytes, block.choices);
  set_expert_times(stats, block, shape);
  return stats;
}

}  // namespace calculon
