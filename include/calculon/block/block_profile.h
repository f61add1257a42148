#pragma once

#include "calculon/base/field.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What one block costs for one microbatch on one processor. The members are statistics (see
// stats.h for units and meanings) and carry their published names. "base" and "edge" are the two
// kinds of block: the edge block is the last of a chunk and hands over to the next stage.
struct BlockStats {
  double block_fw_flops = 0;
  double block_fw_flops_time = 0;
  double block_fw_mem_accessed = 0;
  double block_fw_mem_time = 0;
  double block_fw_time = 0;
  double baseblock_fw_tp_time = 0;
  double edgeblock_fw_tp_time = 0;
  double baseblock_fw_tp_time_exposed = 0;
  double edgeblock_fw_tp_time_exposed = 0;
  double block_re_flops = 0;
  double block_re_flops_time = 0;
  double block_re_mem_accessed = 0;
  double block_re_mem_time = 0;
  double block_re_time = 0;
  double baseblock_recomm_time = 0;
  double edgeblock_recomm_time = 0;
  double baseblock_recomm_time_exposed = 0;
  double edgeblock_recomm_time_exposed = 0;
  double block_agrad_flops = 0;
  double block_agrad_flops_time = 0;
  double block_agrad_mem_accessed = 0;
  double block_agrad_mem_time = 0;
  double block_agrad_time = 0;
  double baseblock_agrad_tp_time = 0;
  double edgeblock_agrad_tp_time = 0;
  double baseblock_agrad_tp_time_exposed = 0;
  double edgeblock_agrad_tp_time_exposed = 0;
  double block_wgrad_flops = 0;
  double block_wgrad_flops_time = 0;
  double block_wgrad_mem_accessed = 0;
  double block_wgrad_mem_time = 0;
  double block_wgrad_time = 0;
  double baseblock_fw_tp_size = 0;
  double edgeblock_fw_tp_size = 0;
  double baseblock_bw_tp_size = 0;
  double edgeblock_bw_tp_size = 0;
  double baseblock_recomm_size = 0;
  double edgeblock_recomm_size = 0;
  double baseblock_fw_ep_size = 0;
  double edgeblock_fw_ep_size = 0;
  double baseblock_fw_es_size = 0;
  double edgeblock_fw_es_size = 0;
  double baseblock_bw_ep_size = 0;
  double edgeblock_bw_ep_size = 0;
  double baseblock_bw_es_size = 0;
  double edgeblock_bw_es_size = 0;
  double baseblock_es_recomm_size = 0;
  double edgeblock_es_recomm_size = 0;
  double baseblock_ep_recomm_size = 0;
  double edgeblock_ep_recomm_size = 0;
  double tp_bw_overlap_req = 0;
  double block_weight_space = 0;
  double block_act_working_space = 0;
  double block_act_storage_space = 0;
  double block_act_checkpoint_size = 0;
  double block_weight_grad_space_no_sharding = 0;
  double block_act_grad_space = 0;
};

// The optimizer step of one block: the only part that sees over how many processors its state is
// split.
struct OptimizerStats {
  double block_optim_flops = 0;
  double block_optim_flops_time = 0;
  double block_optim_mem_accessed = 0;
  double block_optim_mem_time = 0;
  double block_optim_time = 0;
  double block_weight_grad_space = 0;
  double block_optimizer_space = 0;
};

// Times of the traffic between experts, or between the slices of an expert. It is the same in base
// and edge blocks, and none of it is hidden (quirk M4).
struct ExpertTraffic {
  double fw_seconds = 0;
  double agrad_seconds = 0;
  double recomm_seconds = 0;
};

// A block profile: immutable, and good for every schedule of these block choices.
struct BlockProfile : BlockStats {
  BlockChoices choices;
  ExpertTraffic expert;                     // all-to-all
  ExpertTraffic slice;                      // all-gather and reduce-scatter
  double expert_weight_bytes = 0;           // of block_weight_space, replicated as experts are
  double pipeline_transfer_bytes = 0;       // handed to the next stage, if there is one
  double matrix_peak_flops_per_second = 0;  // what efficiencies are measured against
};

// Profiles one block (docs/model.md, "One block"). Nothing is allocated. Throws InputError if the
// system lacks the datatype or the tier, or a curve does not cover a size.
BlockProfile profile_block(const Transformer& transformer, const System& system,
                           const BlockChoices& choices);
OptimizerStats profile_optimizer(const Transformer& transformer, const System& system,
                                 const BlockChoices& choices, std::int64_t shards);

}  // namespace calculon
