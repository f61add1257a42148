#pragma once

namespace calculon {

// What one block costs for one microbatch on one processor. The members are statistics and carry
// their published names; the rows of kStatsFields (stats.h) have the meaning of each. Times are
// seconds, sizes and spaces bytes. "base" and "edge" are the two kinds of block: the edge block is
// the last of a chunk and hands over to the next stage. Sizes say "bw" for both backward passes
// where times say "agrad" and "wgrad" (quirk G7).
struct BlockStats {
  // Forward: work, time of the engines, memory traffic and its time, and both combined.
  double block_fw_flops = 0;
  double block_fw_flops_time = 0;
  double block_fw_mem_accessed = 0;
  double block_fw_mem_time = 0;
  double block_fw_time = 0;

  // Collectives of tensor parallelism in forward: time on the link, and what nothing hides.
  double baseblock_fw_tp_time = 0;
  double edgeblock_fw_tp_time = 0;
  double baseblock_fw_tp_time_exposed = 0;
  double edgeblock_fw_tp_time_exposed = 0;

  // What recomputation repeats; all but the time are running totals as published (quirk C1).
  double block_re_flops = 0;
  double block_re_flops_time = 0;
  double block_re_mem_accessed = 0;
  double block_re_mem_time = 0;
  double block_re_time = 0;

  // Collectives that are repeated in backward.
  double baseblock_recomm_time = 0;
  double edgeblock_recomm_time = 0;
  double baseblock_recomm_time_exposed = 0;
  double edgeblock_recomm_time_exposed = 0;

  // Backward pass to the activations' gradients.
  double block_agrad_flops = 0;
  double block_agrad_flops_time = 0;
  double block_agrad_mem_accessed = 0;
  double block_agrad_mem_time = 0;
  double block_agrad_time = 0;

  // Its collectives.
  double baseblock_agrad_tp_time = 0;
  double edgeblock_agrad_tp_time = 0;
  double baseblock_agrad_tp_time_exposed = 0;
  double edgeblock_agrad_tp_time_exposed = 0;

  // Backward pass to the weights' gradients.
  double block_wgrad_flops = 0;
  double block_wgrad_flops_time = 0;
  double block_wgrad_mem_accessed = 0;
  double block_wgrad_mem_time = 0;
  double block_wgrad_time = 0;

  // Messages of tensor parallelism.
  double baseblock_fw_tp_size = 0;
  double edgeblock_fw_tp_size = 0;
  double baseblock_bw_tp_size = 0;
  double edgeblock_bw_tp_size = 0;
  double baseblock_recomm_size = 0;
  double edgeblock_recomm_size = 0;

  // Messages between experts (ep) and between slices of an expert (es), as in docs/mixtures.md.
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

  // The network rate, in bytes/s, that would hide the tiles of a tiled overlap (quirk B11).
  double tp_bw_overlap_req = 0;

  // Memory: what the block holds. Working is while it runs, storage what waits for backward.
  // Forward-only runs count shared buffers repeatedly (quirk E6), and gradients are a sum, not a
  // peak (E7).
  double block_weight_space = 0;
  double block_act_working_space = 0;
  double block_act_storage_space = 0;
  double block_act_checkpoint_size = 0;
  double block_weight_grad_space_no_sharding = 0;
  double block_act_grad_space = 0;
};

// The optimizer step of one block, in the same units: the only part that sees over how many
// processors its state is split.
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
