#include "launch/torchtitan_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace calculon {
namespace {

constexpr std::string_view kShardsMore = "FSDP shards gradients and parameters, too";
constexpr std::string_view kNearZero2 = "the nearest to it";
constexpr std::string_view kFloat32Sums = "gradients are always reduced as float32";
constexpr std::string_view kAlways = "FSDP always overlaps";
constexpr std::string_view kByOperator = "its selective recomputation goes by operators";
constexpr std::string_view kPartOfStages = "its stages are told by layers_per_stage only";

// Replicas that keep everything, and ranks that share it: their product is the replicas of data.
std::int64_t sharing_ranks(const LaunchJob& job) {
  const CalibratedExecution& e = job.execution;
  if (e.data_par_sharding == DataParSharding::kNone) {
    return 1;
  }
  return e.shard_size() % e.context_par == 0 ? e.shard_size() / e.context_par : e.data_par;
}

std::string shard_degree(const LaunchJob& job) {
  return std::to_string(sharing_ranks(job));
}
std::string replicate_degree(const LaunchJob& job) {
  return std::to_string(job.execution.data_par / sharing_ranks(job));
}
bool has_odd_shards(const LaunchJob& job) {
  return job.execution.shard_size() % job.execution.context_par != 0;
}

// As a real, since the product may have more digits than an integer.
std::string tokens(const LaunchJob& job, std::int64_t sequences) {
  return fmt::format("{:.0f}",
                     static_cast<double>(sequences) * static_cast<double>(job.model.seq_size));
}
std::string step_tokens(const LaunchJob& job) {
  return tokens(job, job.execution.batch_size);
}
std::string microbatch_tokens(const LaunchJob& job) {
  return tokens(job, job.execution.microbatch_size);
}
std::string pipeline_settings(const LaunchJob& job) {
  return fmt::format("parallelism.pipeline_parallel_degree={} parallelism.num_pp_microbatches={}",
                     job.execution.pipeline_par, job.execution.microbatches());
}
std::string microbatch_settings(const LaunchJob& job) {
  return fmt::format(
      "training.local_batch_size={} parallelism.pipeline_parallel_microbatch_size={}",
      job.execution.batch_size / job.execution.data_par, job.execution.microbatch_size);
}
std::string chunk_blocks(const LaunchJob& job) {
  const CalibratedExecution& e = job.execution;
  const std::int64_t chunks = e.pipeline_par * e.pipeline_interleaving;
  return std::to_string((job.model.num_blocks + chunks - 1) / chunks);
}

bool has_context(const LaunchJob& job) {
  return job.execution.context_par > 1;
}
bool recomputes_operators(const LaunchJob& job) {
  return job.execution.recompute_modules.has(RecomputeModule::kOp);
}
bool recomputes_blocks(const LaunchJob& job) {
  return job.execution.activation_recompute == CalibratedRecompute::kFull;
}
bool is_dense(const LaunchJob& job) {
  return !has_experts(job);
}

constexpr std::string_view kAnything = kAnyValue;

// What both forms say the same way. No key has rows here and in one of them.
constexpr auto kSharedRows = std::to_array<LaunchRow>({
    {"num_procs", kAnything, "", ""},
    {"tensor_par", kAnything, "parallelism.tensor_parallel_degree={}", ""},
    {"context_par", kAnything, "parallelism.context_parallel_degree={}", "", has_context},
    {"data_par", kAnything, "parallelism.data_parallel_replicate_degree={}", "", nullptr,
     replicate_degree},
    {"expert_par", kAnything, "parallelism.expert_parallel_degree={}", "", has_experts},
    {"pipeline_interleaving", "1", "parallelism.pipeline_parallel_schedule=\"1F1B\"", "",
     has_pipeline},
    {"pipeline_interleaving", "1", "", ""},
    {"pipeline_interleaving", kAnything,
     "parallelism.pipeline_parallel_schedule=\"Interleaved1F1B\" "
     "parallelism.pipeline_parallel_layers_per_stage={}",
     "", nullptr, chunk_blocks},
    {"pipeline_balance", "blocks",
     "parallelism.pipeline_parallel_first_stage_less_layers=0 "
     "parallelism.pipeline_parallel_last_stage_less_layers=0",
     "", has_pipeline},
    {"pipeline_balance", "with_embedding",
     "parallelism.pipeline_parallel_first_stage_less_layers=1 "
     "parallelism.pipeline_parallel_last_stage_less_layers=1",
     "", has_pipeline},
});

template <std::size_t kOwn>
constexpr auto with_shared(const std::array<LaunchRow, kOwn>& own) {
  std::array<LaunchRow, kSharedRows.size() + kOwn> all{};
  std::copy(kSharedRows.begin(), kSharedRows.end(), all.begin());
  std::copy(own.begin(), own.end(), all.begin() + kSharedRows.size());
  return all;
}

constexpr auto kPythonRows = std::to_array<LaunchRow>({
    {"seq_size", kAnything, "training.max_context_length={}", ""},
    {"batch_size", kAnything, "training.num_tokens_per_train_step={}", "", nullptr, step_tokens},
    {"microbatch_size", kAnything, "training.num_tokens_per_microbatch_per_dp_rank={}", "", nullptr,
     microbatch_tokens},
    {"pipeline_par", "1", "parallelism.pipeline_parallel_degree=1", ""},
    {"pipeline_par", kAnything, "{}", "", nullptr, pipeline_settings},
    {"data_par_shard_size", kAnything, "parallelism.data_parallel_shard_degree={}", kNoArgument,
     has_odd_shards, shard_degree},
    {"data_par_shard_size", kAnything, "parallelism.data_parallel_shard_degree={}", "", nullptr,
     shard_degree},
    {"data_par_sharding", "none", "", ""},
    {"data_par_sharding", "zero3", "", ""},
    {"data_par_sharding", "zero2", "parallelism.fsdp_reshard_after_forward=\"never\"", kNearZero2},
    {"data_par_sharding", kAnything, "", kShardsMore},
    {"first_stage_blocks", "0", "", ""},
    {"first_stage_blocks", kAnything, "", kPartOfStages},
    {"last_stage_blocks", "0", "", ""},
    {"last_stage_blocks", kAnything, "", kPartOfStages},
    {"pipeline_layout", "", "", ""},
    {"pipeline_layout", kAnything, "", kPartOfStages},
    {"sequence_par", "true", "parallelism.enable_sequence_parallel=True", ""},
    {"sequence_par", "false", "parallelism.enable_sequence_parallel=False", ""},
    {"datatype", kAnything, "training.mixed_precision_param=\"{}\"", ""},
    {"gemm_datatype", kAnything, "", "", is_16_bit},
    {"gemm_datatype", "float8", "", "Float8LinearConverter.Config() has to be in the model_spec"},
    {"gemm_datatype", kAnything, "", "NVFP4LinearConverter has to be in the model_spec"},
    {"grad_reduce_datatype", "float32", "", ""},
    {"grad_reduce_datatype", kAnything, "", kFloat32Sums},
    {"param_gather_datatype", kAnything, "", "", gathers_storage},
    {"activation_recompute", "full", "activation_checkpoint=FullAC.Config()", ""},
    {"activation_recompute", kAnything, "", "", recomputes_operators},
    {"activation_recompute", "none", "activation_checkpoint=None", ""},
    {"activation_recompute", kAnything, "activation_checkpoint=None", kByOperator},
    {"recompute_modules", "", "", ""},
    {"recompute_modules", kAnything, "", "without effect with full recomputation",
     recomputes_blocks},
    {"recompute_modules", kAnything, "activation_checkpoint=SelectiveAC.Config()", "",
     recomputes_operators},
    {"recompute_modules", kAnything, "", kByOperator},
    {"tensor_par_overlap", "true", "compile.enable_async_tensor_parallel=True", ""},
    {"data_par_overlap", "true", "", ""},
    {"data_par_overlap", kAnything, "", kAlways},
    {"param_gather_overlap", "true", "", ""},
    {"param_gather_overlap", kAnything, "", kAlways},
    {"elementwise_fused", "true", "compile.enable=True", ""},
    {"elementwise_fused", "false", "compile.enable=False", ""},
});

constexpr auto kTomlRows = std::to_array<LaunchRow>({
    {"seq_size", kAnything, "training.seq_len={}", ""},
    {"batch_size", kAnything, "training.global_batch_size={}", ""},
    {"microbatch_size", kAnything, "{}", "", has_pipeline, microbatch_settings},
    {"microbatch_size", kAnything, "training.local_batch_size={}", ""},
    {"pipeline_par", kAnything, "parallelism.pipeline_parallel_degree={}", ""},
    {"data_par_shard_size", kAnything, "parallelism.data_parallel_shard_degree={}", "", nullptr,
     shard_degree},
    {"data_par_sharding", "zero2", "parallelism.fsdp_reshard_after_forward=\"never\"", ""},
    {"expert_tensor_par", kAnything, "", "", is_dense},
    {"expert_tensor_par", "0", "", ""},
    {"expert_tensor_par", kAnything, "parallelism.expert_tensor_parallel_degree={}", ""},
    {"gemm_datatype", "float8", "model.converters=[\"quantize.linear.float8\"]", ""},
    {"activation_recompute", "full", "activation_checkpoint.mode=\"full\"", ""},
    {"activation_recompute", kAnything, "", "", recomputes_operators},
    {"activation_recompute", kAnything, "activation_checkpoint.mode=\"none\"", ""},
    {"recompute_modules", kAnything, "", "", recomputes_blocks},
    {"recompute_modules", kAnything,
     "activation_checkpoint.mode=\"selective\" activation_checkpoint.selective_ac_option=\"op\"",
     "", recomputes_operators},
    {"tensor_par_overlap", "true", "parallelism.enable_async_tensor_parallel=true", ""},
    {"elementwise_fused", kAnything, "compile.enable={}", ""},
});

}  // namespace

std::span<const LaunchRow> torchtitan_rows() {
  static constexpr auto kAll = with_shared(kPythonRows);
  return kAll;
}

std::span<const LaunchRow> torchtitan_toml_rows() {
  static constexpr auto kAll = with_shared(kTomlRows);
  return kAll;
}

}  // namespace calculon
