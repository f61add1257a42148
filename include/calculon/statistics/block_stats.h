#pragma once

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

}  // namespace calculon
