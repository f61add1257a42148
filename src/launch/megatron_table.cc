#include "launch/megatron_table.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace calculon {
namespace {

constexpr std::string_view kNoLatent = "the model has no latent attention";
constexpr std::string_view kIdleModules = "without effect with full recomputation";
constexpr std::string_view kOtherModules = "not all of them are modules that it recomputes";
constexpr std::string_view kSelective = "the same as activation_recompute selective";
constexpr std::string_view kNoShare = "no number of blocks of a stage is this share";
constexpr std::string_view kLowHalf = "low precision goes with bfloat16";
constexpr std::string_view kNoGradients = "gradients are float32, bfloat16 or of the datatype";
constexpr std::string_view kNoGather = "parameters are gathered as datatype, or as float8 with it";
constexpr std::string_view kOnlyZero1 = "only parameters of zero1 are gathered in one piece";

bool is_dense_all(const LaunchJob& job) {
  return has_experts(job) && job.model.details.moe_first_dense_blocks == 0 &&
         job.model.details.moe_block_period == 1;
}

bool is_float16_storage(const LaunchJob& job) {
  return !is_bfloat16(job);
}

bool recomputes_all(const LaunchJob& job) {
  return job.execution.activation_recompute == CalibratedRecompute::kFull;
}

bool recomputes_not_all(const LaunchJob& job) {
  return !recomputes_all(job);
}

// Modules that the command line has, but core_attn, which is a setting of its own.
std::string module_names(const LaunchJob& job) {
  std::string names;
  for (std::size_t i = 1; i < kEnumSize<RecomputeModule>; ++i) {
    const auto module = static_cast<RecomputeModule>(i);
    if (job.execution.recompute_modules.has(module) && is_megatron_module(module)) {
      names += fmt::format(" {}", enum_name(module));
    }
  }
  return names;
}

std::string module_arguments(const LaunchJob& job) {
  const bool selective = job.execution.activation_recompute == CalibratedRecompute::kSelective;
  const std::string names =
      (selective || job.execution.recompute_modules.has(RecomputeModule::kCoreAttn) ? " core_attn"
                                                                                    : "") +
      module_names(job);
  const std::string granularity = selective ? "" : "--recompute-granularity selective ";
  return names.empty() ? "" : granularity + "--recompute-modules" + names;
}

bool has_core_attention(const LaunchJob& job) {
  return job.execution.recompute_modules.has(RecomputeModule::kCoreAttn);
}

bool has_other_modules(const LaunchJob& job) {
  const RecomputeModules& modules = job.execution.recompute_modules;
  return modules.has(RecomputeModule::kMlpIn) || modules.has(RecomputeModule::kMlpAct) ||
         modules.has(RecomputeModule::kOp);
}

bool has_whole_share(const LaunchJob& job) {
  return recomputed_blocks(job) > 0;
}

bool stores_float8_gather(const LaunchJob& job) {
  return job.execution.gemm_datatype == Datatype::kFloat8 && is_bfloat16(job);
}

bool gathers_once(const LaunchJob& job) {
  return job.execution.data_par_sharding == DataParSharding::kZero1;
}

// The gather of parameters is as without the key, where it is no setting.
bool gathers_as_usual(const LaunchJob& job) {
  return !gathers_once(job) && job.execution.param_gather_overlap == job.execution.data_par_overlap;
}

std::string positions_text(const LaunchJob& job) {
  return std::to_string(job.model.positions());
}
std::string kv_heads_text(const LaunchJob& job) {
  return std::to_string(job.model.kv_heads());
}
std::string expert_width_text(const LaunchJob& job) {
  return std::to_string(job.model.expert_feedforward());
}
std::string expert_blocks_text(const LaunchJob& job) {
  return shell_word(expert_block_list(job.model));
}
std::string layout_word(const LaunchJob& job) {
  return shell_word(layout_text(job));
}
std::string recomputed_text(const LaunchJob& job) {
  return std::to_string(recomputed_blocks(job));
}

constexpr std::string_view kAny = kAnyValue;

constexpr LaunchRow kRows[] = {
    // The model.
    {"num_blocks", kAny, "--num-layers {}", ""},
    {"hidden", kAny, "--hidden-size {}", ""},
    {"feedforward", kAny, "--ffn-hidden-size {}", ""},
    {"seq_size", kAny, "--seq-length {}", ""},
    {"attn_heads", kAny, "--num-attention-heads {}", ""},
    {"attn_size", kAny, "", "", has_usual_heads},
    {"attn_size", kAny, "--kv-channels {}", ""},
    {"vocab_size", "0", "", "the tokenizer decides"},
    {"vocab_size", kAny, "--vocab-size {}", ""},
    {"vocab_pad_multiple", "128", "", ""},
    {"vocab_pad_multiple", kAny, "--make-vocab-size-divisible-by {}", ""},
    {"tie_embeddings", "true", "", ""},
    {"tie_embeddings", "false", "--untie-embeddings-and-output-weights", ""},
    {"position_embedding", "learned", "", ""},
    {"position_embedding", "rope", "--position-embedding-type rope", ""},
    {"position_embedding", "none", "--position-embedding-type none", ""},
    {"norm_kind", "layernorm", "", ""},
    {"norm_kind", "rmsnorm", "--normalization RMSNorm", ""},
    {"max_positions", kAny, "--max-position-embeddings {}", "", nullptr, positions_text},
    {"attn_kv_heads", kAny, "", "", has_own_kv_heads},
    {"attn_kv_heads", kAny, "", "latent attention has none", is_latent},
    {"attn_kv_heads", kAny, "--group-query-attention --num-query-groups {}", "", nullptr,
     kv_heads_text},
    {"attn_kind", "mha", "", ""},
    {"attn_kind", "mla", "--multi-latent-attention", ""},
    {"mla_q_rank", "0", "", ""},
    {"mla_q_rank", kAny, "--q-lora-rank {}", "", is_latent},
    {"mla_q_rank", kAny, "", kNoLatent},
    {"mla_kv_rank", "0", "", ""},
    {"mla_kv_rank", kAny, "--kv-lora-rank {}", "", is_latent},
    {"mla_kv_rank", kAny, "", kNoLatent},
    {"mla_nope_size", "0", "", ""},
    {"mla_nope_size", kAny, "--qk-head-dim {}", "", is_latent},
    {"mla_nope_size", kAny, "", kNoLatent},
    {"mla_rope_size", kAny, "--qk-pos-emb-head-dim {}", "", is_latent},
    {"mla_rope_size", "0", "", ""},
    {"mla_rope_size", kAny, "", kNoLatent},
    {"mla_value_size", "0", "", ""},
    {"mla_value_size", kAny, "--v-head-dim {}", "", is_latent},
    {"mla_value_size", kAny, "", kNoLatent},
    {"linear_bias", "true", "", ""},
    {"linear_bias", "false", "--disable-bias-linear", ""},
    {"mlp_gated", "false", "", ""},
    {"mlp_gated", "true", "--swiglu", ""},
    {"mtp_blocks", "0", "", ""},
    {"mtp_blocks", kAny, "--mtp-num-layers {}", ""},
    {"num_experts", "0", "", ""},
    {"num_experts", kAny, "--num-experts {}", ""},
    {"top_k_experts", kAny, "--moe-router-topk {}", "", has_experts},
    {"top_k_experts", "0", "", ""},
    {"top_k_experts", kAny, "", kNoExperts},
    {"moe_feedforward", kAny, "--moe-ffn-hidden-size {}", "", has_experts, expert_width_text},
    {"moe_feedforward", "0", "", ""},
    {"moe_feedforward", kAny, "", kNoExperts},
    {"moe_shared_feedforward", "0", "", ""},
    {"moe_shared_feedforward", kAny, "--moe-shared-expert-intermediate-size {}", "", has_experts},
    {"moe_shared_feedforward", kAny, "", kNoExperts},
    {"moe_first_dense_blocks", kAny, "", "", has_experts},
    {"moe_first_dense_blocks", "0", "", ""},
    {"moe_first_dense_blocks", kAny, "", kNoExperts},
    {"moe_block_period", kAny, "", "", is_dense_all},
    {"moe_block_period", kAny, "--moe-layer-freq {}", "", has_experts, expert_blocks_text},
    {"moe_block_period", "1", "", ""},
    {"moe_block_period", kAny, "", kNoExperts},
    // The execution. The number of processors is for torchrun, the replicas follow from it.
    {"num_procs", kAny, "", ""},
    {"data_par", kAny, "", ""},
    {"batch_size", kAny, "--global-batch-size {}", ""},
    {"microbatch_size", kAny, "--micro-batch-size {}", ""},
    {"tensor_par", "1", "", ""},
    {"tensor_par", kAny, "--tensor-model-parallel-size {}", ""},
    {"pipeline_par", "1", "", ""},
    {"pipeline_par", kAny, "--pipeline-model-parallel-size {}", ""},
    {"context_par", "1", "", ""},
    {"context_par", kAny, "--context-parallel-size {}", ""},
    {"expert_par", "1", "", ""},
    {"expert_par", kAny, "--expert-model-parallel-size {}", "", has_experts},
    {"expert_par", kAny, "", kNoExperts},
    {"expert_tensor_par", "0", "", ""},
    {"expert_tensor_par", kAny, "--expert-tensor-parallel-size {}", "", has_experts},
    {"expert_tensor_par", kAny, "", kNoExperts},
    {"pipeline_interleaving", "1", "", ""},
    {"pipeline_interleaving", kAny, "", "", has_layout},
    {"pipeline_interleaving", kAny, "--num-virtual-stages-per-pipeline-rank {}", ""},
    {"pipeline_balance", "blocks", "", ""},
    {"pipeline_balance", "with_embedding",
     "--account-for-embedding-in-pipeline-split --account-for-loss-in-pipeline-split", ""},
    {"first_stage_blocks", "0", "", ""},
    {"first_stage_blocks", kAny, "--decoder-first-pipeline-num-layers {}", ""},
    {"last_stage_blocks", "0", "", ""},
    {"last_stage_blocks", kAny, "--decoder-last-pipeline-num-layers {}", ""},
    {"pipeline_layout", "", "", ""},
    {"pipeline_layout", kAny, "--pipeline-model-parallel-layout {}", "", nullptr, layout_word},
    {"sequence_par", "false", "", ""},
    {"sequence_par", "true", "--sequence-parallel", ""},
    {"datatype", "bfloat16", "--bf16", ""},
    {"datatype", kAny, "--fp16", ""},
    {"gemm_datatype", kAny, "", "", is_16_bit},
    {"gemm_datatype", "float8", "--fp8-format hybrid --fp8-recipe delayed", "", is_bfloat16},
    {"gemm_datatype", "float4", "--fp4-format e2m1 --fp4-recipe nvfp4", "", is_bfloat16},
    {"gemm_datatype", kAny, "", kLowHalf},
    {"float8_scaling", "fused", "", ""},
    {"float8_scaling", kAny, "", "casts of its recipes are fused"},
    {"activation_recompute", "none", "", "recompute_modules has core_attn", has_core_attention},
    {"activation_recompute", "none", "", ""},
    {"activation_recompute", "selective", "--recompute-granularity selective", ""},
    {"activation_recompute", "full", "--recompute-granularity full", ""},
    {"recompute_block_share", kAny, "", "", recomputes_not_all},
    {"recompute_block_share", "1", "--recompute-method uniform --recompute-num-layers 1", ""},
    {"recompute_block_share", kAny, "--recompute-method block --recompute-num-layers {}", "",
     has_whole_share, recomputed_text},
    {"recompute_block_share", kAny, "--recompute-method uniform --recompute-num-layers 1",
     kNoShare},
    {"recompute_modules", "", "", ""},
    {"recompute_modules", kAny, "", kIdleModules, recomputes_all},
    {"recompute_modules", kAny, "{}", kOtherModules, has_other_modules, module_arguments},
    {"recompute_modules", kAny, "{}", kSelective, has_core_attention, module_arguments},
    {"recompute_modules", kAny, "{}", "", nullptr, module_arguments},
    {"data_par_sharding", "none", "", ""},
    {"data_par_sharding", "zero1", "--use-distributed-optimizer", ""},
    {"data_par_sharding", "zero2",
     "--use-megatron-fsdp --data-parallel-sharding-strategy optim_grads", ""},
    {"data_par_sharding", "zero3",
     "--use-megatron-fsdp --data-parallel-sharding-strategy optim_grads_params", ""},
    {"grad_reduce_datatype", "float32", "--accumulate-allreduce-grads-in-fp32", ""},
    {"grad_reduce_datatype", "bfloat16", "--grad-reduce-in-bf16", "", is_bfloat16},
    {"grad_reduce_datatype", "float16", "", "", is_float16_storage},
    {"grad_reduce_datatype", kAny, "", kNoGradients},
    {"param_gather_datatype", kAny, "", "", gathers_storage},
    {"param_gather_datatype", "float8", "--fp8-param-gather", "", stores_float8_gather},
    {"param_gather_datatype", kAny, "", kNoGather},
    {"tensor_par_overlap", "false", "", ""},
    {"tensor_par_overlap", "true", "--tp-comm-overlap", ""},
    {"data_par_overlap", "false", "", ""},
    {"data_par_overlap", "true", "--overlap-grad-reduce", ""},
    {"param_gather_overlap", kAny, "", "", gathers_as_usual},
    {"param_gather_overlap", "true", "--overlap-param-gather", "", gathers_once},
    {"param_gather_overlap", "false", "", "", gathers_once},
    {"param_gather_overlap", kAny, "", kOnlyZero1},
    {"expert_dispatch", "all_to_all", "--moe-token-dispatcher-type alltoall", "", has_experts},
    {"expert_dispatch", "all_to_all", "", ""},
    {"expert_dispatch", "deepep", "--moe-token-dispatcher-type flex", "", has_experts},
    {"expert_dispatch", "hybridep", "--moe-token-dispatcher-type flex", kNoArgument, has_experts},
    {"expert_dispatch", kAny, "", kNoExperts},
    {"expert_overlap", "false", "", ""},
    {"expert_overlap", "true", "--overlap-moe-expert-parallel-comm --delay-wgrad-compute", "",
     has_experts},
    {"expert_overlap", "true", "--overlap-moe-expert-parallel-comm", "", has_experts},  // is read
    {"expert_overlap", kAny, "", kNoExperts},
    {"expert_imbalance", "1", "", ""},
    {"expert_imbalance", kAny, "", "the data decide"},
};

}  // namespace

std::span<const LaunchRow> megatron_rows() {
  return kRows;
}

}  // namespace calculon
