#include <fmt/format.h>

#include "launch/config_tree.h"
#include "launch/launch_script.h"
#include "launch/megatron_table.h"

namespace calculon {
namespace {

constexpr std::string_view kNoRecipe = "low precision goes with bfloat16";
constexpr std::string_view kOfRecipe = "no field for it is known, the recipe of the model decides";
constexpr std::string_view kGradients32 =
    "mixed_precision.grad_reduce_in_fp32 is to be false in place of its recipe";

bool is_plain_mixture(const LaunchJob& job) {
  return has_experts(job) && job.model.details.moe_first_dense_blocks == 0 &&
         job.model.details.moe_block_period == 1;
}

bool scales_tensors(const LaunchJob& job) {
  return is_bfloat16(job) && job.execution.float8_scaling == Float8Scaling::kDynamic;
}

bool is_fully_recomputed(const LaunchJob& job) {
  return job.execution.activation_recompute == CalibratedRecompute::kFull;
}

// Modules with the granularity that they need, which selective recomputation has anyway.
std::string module_settings(const LaunchJob& job) {
  std::string names;
  for (std::size_t i = 0; i < kEnumSize<RecomputeModule>; ++i) {
    const auto module = static_cast<RecomputeModule>(i);
    if (job.execution.recomputes(module) && is_megatron_module(module)) {
      names += (names.empty() ? "" : " ") + std::string(enum_name(module));
    }
  }
  const bool selective = job.execution.activation_recompute == CalibratedRecompute::kSelective;
  return names.empty() ? ""
                       : fmt::format("{}model.recompute_modules={}",
                                     selective ? "" : "model.recompute_granularity=selective ",
                                     flow_list(names));
}

bool has_foreign_modules(const LaunchJob& job) {
  for (std::size_t i = 0; i < kEnumSize<RecomputeModule>; ++i) {
    const auto module = static_cast<RecomputeModule>(i);
    if (job.execution.recompute_modules.has(module) && !is_megatron_module(module)) {
      return true;
    }
  }
  return false;
}

bool has_counted_share(const LaunchJob& job) {
  return recomputed_blocks(job) > 0;
}
std::string counted_share(const LaunchJob& job) {
  return std::to_string(recomputed_blocks(job));
}
std::string query_groups(const LaunchJob& job) {
  return std::to_string(job.model.kv_heads());
}
std::string expert_width(const LaunchJob& job) {
  return std::to_string(job.model.expert_feedforward());
}
std::string expert_blocks_list(const LaunchJob& job) {
  return "\"" + expert_block_list(job.model) + "\"";
}
std::string quoted_layout(const LaunchJob& job) {
  return "\"" + layout_text(job) + "\"";
}

constexpr std::string_view kAll = kAnyValue;

constexpr LaunchRow kBridgeRows[] = {
    // The model.
    {"num_blocks", kAll, "model.num_layers={}", ""},
    {"hidden", kAll, "model.hidden_size={}", ""},
    {"feedforward", kAll, "model.ffn_hidden_size={}", ""},
    {"attn_heads", kAll, "model.num_attention_heads={}", ""},
    {"attn_size", kAll, "model.kv_channels={}", ""},
    {"seq_size", kAll, "model.seq_length={} dataset.seq_length={}", ""},
    {"vocab_size", "0", "", "the tokenizer decides"},
    {"vocab_size", kAll, "model.vocab_size={}", ""},
    {"vocab_pad_multiple", kAll, "model.make_vocab_size_divisible_by={}", ""},
    {"attn_kv_heads", kAll, "", "", is_latent},
    {"attn_kv_heads", kAll, "model.num_query_groups={}", "", nullptr, query_groups},
    {"attn_kind", "mla", "model.multi_latent_attention=true", ""},
    {"mla_q_rank", "0", "", ""},
    {"mla_q_rank", kAll, "model.q_lora_rank={}", "", is_latent},
    {"mla_kv_rank", kAll, "model.kv_lora_rank={}", "", is_latent},
    {"mla_nope_size", kAll, "model.qk_head_dim={}", "", is_latent},
    {"mla_rope_size", kAll, "model.qk_pos_emb_head_dim={}", "", is_latent},
    {"mla_value_size", kAll, "model.v_head_dim={}", "", is_latent},
    {"mlp_gated", kAll, "model.gated_linear_unit={}", ""},
    {"mtp_blocks", "0", "", ""},
    {"mtp_blocks", kAll, "model.mtp_num_layers={}", ""},
    {"num_experts", "0", "", ""},
    {"num_experts", kAll,
     "model.num_moe_experts={} model.moe_grouped_gemm=true model.moe_permute_fusion=true", ""},
    {"top_k_experts", kAll, "model.moe_router_topk={}", "", has_experts},
    {"moe_feedforward", kAll, "model.moe_ffn_hidden_size={}", "", has_experts, expert_width},
    {"moe_shared_feedforward", "0", "", ""},
    {"moe_shared_feedforward", kAll, "model.moe_shared_expert_intermediate_size={}", "",
     has_experts},
    {"moe_first_dense_blocks", kAll, "", "", has_experts},
    {"moe_block_period", kAll, "", "", is_plain_mixture},
    {"moe_block_period", kAll, "model.moe_layer_freq={}", "", has_experts, expert_blocks_list},
    {"tie_embeddings", "false", "", kOfRecipe},
    {"position_embedding", "rope", "", kOfRecipe},
    {"norm_kind", "rmsnorm", "", kOfRecipe},
    {"linear_bias", "false", "", kOfRecipe},
    // The execution. The launcher has the number of processors, the replicas follow from it.
    {"num_procs", kAll, "", ""},
    {"data_par", kAll, "", ""},
    {"batch_size", kAll, "train.global_batch_size={}", ""},
    {"microbatch_size", kAll, "train.micro_batch_size={}", ""},
    {"tensor_par", kAll, "model.tensor_model_parallel_size={}", ""},
    {"pipeline_par", "1", "model.pipeline_model_parallel_size=1", ""},
    {"pipeline_par", kAll,
     "model.pipeline_model_parallel_size={} model.pipeline_dtype=torch.bfloat16", "", is_bfloat16},
    {"pipeline_par", kAll, "model.pipeline_model_parallel_size={}", ""},
    {"context_par", kAll, "model.context_parallel_size={}", ""},
    {"expert_par", kAll, "model.expert_model_parallel_size={}", "", has_experts},
    {"expert_tensor_par", "0", "", ""},
    {"expert_tensor_par", kAll, "model.expert_tensor_parallel_size={}", "", has_experts},
    {"pipeline_interleaving", "1", "", ""},
    {"pipeline_interleaving", kAll, "model.virtual_pipeline_model_parallel_size={}", ""},
    {"pipeline_balance", "with_embedding",
     "model.account_for_embedding_in_pipeline_split=true "
     "model.account_for_loss_in_pipeline_split=true",
     ""},
    {"first_stage_blocks", "0", "", ""},
    {"first_stage_blocks", kAll, "model.num_layers_in_first_pipeline_stage={}", ""},
    {"last_stage_blocks", "0", "", ""},
    {"last_stage_blocks", kAll, "model.num_layers_in_last_pipeline_stage={}", ""},
    {"pipeline_layout", "", "", ""},
    {"pipeline_layout", kAll, "model.pipeline_model_parallel_layout={}", "", nullptr,
     quoted_layout},
    {"sequence_par", kAll, "model.sequence_parallel={}", ""},
    {"datatype", kAll, "", "", [](const LaunchJob& job) { return !is_16_bit(job); }},
    {"datatype", "bfloat16", "mixed_precision=bf16_mixed", ""},
    {"datatype", kAll, "mixed_precision=fp16_mixed", ""},
    {"gemm_datatype", kAll, "", "", is_16_bit},
    {"gemm_datatype", "float8", "mixed_precision=bf16_with_fp8_current_scaling_mixed", "",
     scales_tensors},
    {"gemm_datatype", "float8", "mixed_precision=bf16_with_fp8_delayed_scaling_mixed", "",
     is_bfloat16},
    {"gemm_datatype", "float4", "mixed_precision=bf16_with_nvfp4_mixed", "", is_bfloat16},
    {"gemm_datatype", kAll, "", kNoRecipe},
    {"grad_reduce_datatype", "float32", "", ""},
    {"grad_reduce_datatype", kAll, "", kGradients32},
    {"param_gather_datatype", kAll, "", "", gathers_storage},
    {"activation_recompute", "none", "", ""},
    {"activation_recompute", "selective", "model.recompute_granularity=selective", ""},
    {"activation_recompute", "full", "model.recompute_granularity=full", ""},
    {"recompute_block_share", kAll, "", "",
     [](const LaunchJob& job) { return !is_fully_recomputed(job); }},
    {"recompute_block_share", "1", "model.recompute_method=uniform model.recompute_num_layers=1",
     ""},
    {"recompute_block_share", kAll, "model.recompute_method=block model.recompute_num_layers={}",
     "", has_counted_share, counted_share},
    {"recompute_block_share", kAll, "model.recompute_method=uniform model.recompute_num_layers=1",
     "no number of blocks of a stage is this share"},
    {"recompute_modules", "", "", ""},
    {"recompute_modules", kAll, "", "without effect with full recomputation", is_fully_recomputed},
    {"recompute_modules", kAll, "{}", "not all of them are modules that it recomputes",
     has_foreign_modules, module_settings},
    {"recompute_modules", kAll, "{}", "", nullptr, module_settings},
    {"data_par_sharding", "none", "ddp.use_distributed_optimizer=false", ""},
    {"data_par_sharding", "zero1", "ddp.use_distributed_optimizer=true", ""},
    {"data_par_sharding", "zero2",
     "ddp.use_megatron_fsdp=true ddp.data_parallel_sharding_strategy=optim_grads", ""},
    {"data_par_sharding", "zero3",
     "ddp.use_megatron_fsdp=true ddp.data_parallel_sharding_strategy=optim_grads_params", ""},
    {"data_par_shard_size", "0", "", ""},
    {"data_par_overlap", kAll, "ddp.overlap_grad_reduce={}", ""},
    {"param_gather_overlap", kAll, "ddp.overlap_param_gather={}", "",
     [](const LaunchJob& job) {
       return job.execution.data_par_sharding != DataParSharding::kNone;
     }},
    {"param_gather_overlap", kAll, "", ""},
    {"tensor_par_overlap", "true", "comm_overlap.tp_comm_overlap=true", ""},
    {"expert_dispatch", "all_to_all", "model.moe_token_dispatcher_type=alltoall", "", has_experts},
    {"expert_dispatch", "deepep", "model.moe_token_dispatcher_type=flex", "", has_experts},
    {"expert_dispatch", kAll, "model.moe_token_dispatcher_type=flex", kNoArgument, has_experts},
    {"expert_overlap", "true", "comm_overlap.overlap_moe_expert_parallel_comm=true", "",
     has_experts},
    {"elementwise_fused", "false", "model.bias_activation_fusion=false", "the nearest to it"},
};

}  // namespace

std::string bridge_script(const LaunchJob& job) {
  const std::vector<LaunchItem> items = launch_items(kBridgeRows, job);
  ConfigTree config(items);
  for (const std::string& argument : job.arguments) {
    config.add(argument);
  }
  return launch_headline(Framework::kBridge, job) +
         fmt::format("# The launcher takes -ng {} --gpus_per_node {}.\n", job.execution.num_procs,
                     job.processors_per_node) +
         comment_lines(items, job) + config.yaml();
}

}  // namespace calculon
