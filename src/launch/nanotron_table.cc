#include "launch/config_tree.h"
#include "launch/launch_script.h"

namespace calculon {
namespace {

bool splits_hidden(const LaunchJob& job) {
  return has_usual_heads(job) && !is_latent(job);
}

std::string accumulation(const LaunchJob& job) {
  return std::to_string(job.execution.microbatches());
}
std::string key_value_heads(const LaunchJob& job) {
  return std::to_string(job.model.kv_heads());
}

constexpr LaunchRow kNanotronRows[] = {
    // The model.
    {"hidden", kAnyValue, "model.model_config.hidden_size={}", ""},
    {"feedforward", kAnyValue, "model.model_config.intermediate_size={}", ""},
    {"num_blocks", kAnyValue, "model.model_config.num_hidden_layers={}", ""},
    {"attn_heads", kAnyValue, "model.model_config.num_attention_heads={}", ""},
    {"attn_size", kAnyValue, "", "", splits_hidden},
    {"attn_kv_heads", kAnyValue, "model.model_config.num_key_value_heads={}", "", nullptr,
     key_value_heads},
    {"vocab_size", "0", "", "the tokenizer decides"},
    {"vocab_size", kAnyValue, "model.model_config.vocab_size={}", ""},
    {"tie_embeddings", kAnyValue, "model.model_config.tie_word_embeddings={}", ""},
    {"seq_size", kAnyValue, "tokens.sequence_length={}", ""},
    // The execution; the replicas and the number of microbatches make the batch.
    {"num_procs", kAnyValue, "", ""},
    {"batch_size", kAnyValue, "tokens.batch_accumulation_per_replica={}", "", nullptr,
     accumulation},
    {"microbatch_size", kAnyValue, "tokens.micro_batch_size={}", ""},
    {"tensor_par", kAnyValue, "parallelism.tp={}", ""},
    {"pipeline_par", "1", "parallelism.pp=1", ""},
    {"pipeline_par", kAnyValue, "parallelism.pp={} parallelism.pp_engine=1f1b", ""},
    {"data_par", kAnyValue, "parallelism.dp={}", ""},
    {"context_par", kAnyValue, "parallelism.context_parallel_size={}", ""},
    {"expert_par", kAnyValue, "parallelism.expert_parallel_size={}", ""},
    {"datatype", kAnyValue, "model.dtype={}", ""},
    {"gemm_datatype", kAnyValue, "", "", is_16_bit},
    {"param_gather_datatype", kAnyValue, "", "", gathers_storage},
    {"grad_reduce_datatype", "float32", "optimizer.accumulate_grad_in_fp32=true", ""},
    {"grad_reduce_datatype", kAnyValue, "optimizer.accumulate_grad_in_fp32=false", ""},
    {"sequence_par", "true", "parallelism.tp_mode=REDUCE_SCATTER", ""},
    {"sequence_par", "false", "parallelism.tp_mode=ALL_REDUCE", ""},
    {"tensor_par_overlap", kAnyValue, "parallelism.tp_linear_async_communication={}", ""},
    {"data_par_sharding", "none", "optimizer.zero_stage=0", ""},
    {"data_par_sharding", "zero1", "optimizer.zero_stage=1", ""},
    {"activation_recompute", "none", "parallelism.recompute_layer=false", ""},
    {"activation_recompute", "full", "parallelism.recompute_layer=true", ""},
    {"activation_recompute", kAnyValue, "parallelism.recompute_layer=false",
     "it recomputes all of a block or nothing"},
    {"param_gather_overlap", "true", "", kNoArgument,
     [](const LaunchJob& job) {
       return job.execution.data_par_sharding == DataParSharding::kZero1;
     }},
    {"param_gather_overlap", kAnyValue, "", ""},
};

}  // namespace

std::string nanotron_script(const LaunchJob& job) {
  const std::vector<LaunchItem> items = launch_items(kNanotronRows, job);
  return launch_headline(Framework::kNanotron, job) + comment_lines(items, job) +
         ConfigTree(items).yaml();
}

}  // namespace calculon
