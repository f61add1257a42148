#include "launch/megatron_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "import/block_pattern.h"
#include "launch/megatron_lists.h"
#include "launch/megatron_table.h"

namespace calculon {
namespace {

std::int64_t required(MegatronArguments& arguments, std::string_view name) {
  const auto count = arguments.count(name);
  if (!count) {
    throw InputError(fmt::format("{}: lacks {}", arguments.file(), name));
  }
  return *count;
}

std::int64_t degree(MegatronArguments& arguments, std::string_view name) {
  const std::int64_t count = arguments.count(name).value_or(1);
  if (count < 1) {
    arguments.reject(name, "an integer from 1");
  }
  return count;
}

void read_expert_blocks(MegatronReading& reading, std::int64_t blocks) {
  constexpr std::string_view kName = "--moe-layer-freq";
  const auto text = reading.arguments.value(kName);
  if (!text || *text == "1") {
    return;  // all of them have experts
  }
  constexpr std::int64_t kMostBlocks = 100'000;
  BlockMask mask;
  const auto every = parse_number<std::int64_t>(*text);
  if (every && *every > 0) {
    for (std::int64_t i = 0; i < std::min(blocks, kMostBlocks); ++i) {
      mask.push_back(i % *every == 0);
    }
  } else if (const auto list = python_list(*text)) {
    std::transform(list->begin(), list->end(), std::back_inserter(mask),
                   [](std::int64_t number) { return number != 0; });
  }
  const bool any = std::find(mask.begin(), mask.end(), true) != mask.end();
  const auto pattern = any ? mixture_pattern(mask) : std::nullopt;
  if (static_cast<std::int64_t>(mask.size()) != blocks || !pattern) {
    reading.arguments.reject(kName, fmt::format("a list for {} layers that moe_first_dense_blocks "
                                                "and moe_block_period can tell",
                                                blocks));
  }
  reading.model["moe_first_dense_blocks"] = pattern->first;
  reading.model["moe_block_period"] = pattern->period;
}

}  // namespace

void read_sizes(MegatronReading& reading) {
  MegatronArguments& arguments = reading.arguments;
  const std::int64_t hidden = required(arguments, "--hidden-size");
  const std::int64_t heads =
      std::max<std::int64_t>(1, required(arguments, "--num-attention-heads"));
  const std::int64_t sequence = required(arguments, "--seq-length");
  required(arguments, "--num-layers");
  if (!arguments.stands("--ffn-hidden-size")) {
    if (arguments.stands("--swiglu")) {
      throw InputError(
          fmt::format("{}: lacks --ffn-hidden-size beside --swiglu", arguments.file()));
    }
    reading.model["feedforward"] = 4 * hidden;
  }
  reading.model["attn_size"] = arguments.count("--kv-channels").value_or(hidden / heads);
  const std::int64_t positions = arguments.count("--max-position-embeddings").value_or(sequence);
  if (positions != sequence) {
    reading.model["max_positions"] = positions;
  }
  if (arguments.has("--group-query-attention")) {
    reading.model["attn_kv_heads"] = required(arguments, "--num-query-groups");
  }
  if (!arguments.stands("--vocab-size")) {
    reading.model["vocab_size"] = 0;
    reading.notes.emplace_back(
        "there is no --vocab-size, so vocab_size is 0: the model has no embedding, head and loss");
  }
  if (const auto type = arguments.value("--position-embedding-type")) {
    reading.model["position_embedding"] = *type == "learned_absolute" ? "learned" : *type;
  }
  if (arguments.has("--use-rotary-position-embeddings")) {
    reading.model["position_embedding"] = "rope";
  }
  if (const auto norm = arguments.value("--normalization")) {
    reading.model["norm_kind"] = *norm == "RMSNorm" ? "rmsnorm" : "layernorm";
  }
}

void read_precision(MegatronReading& reading) {
  MegatronArguments& arguments = reading.arguments;
  Json& execution = reading.execution;
  const bool half = arguments.has("--fp16");
  const bool bfloat = arguments.has("--bf16");
  if (half == bfloat) {
    throw InputError(fmt::format("{}: has {}, expected one of them (rule KC32)", arguments.file(),
                                 half ? "--fp16 and --bf16" : "neither --fp16 nor --bf16"));
  }
  execution["datatype"] = half ? "float16" : "bfloat16";
  const bool float4 = arguments.has("--fp4-format");
  const bool float8 = arguments.has("--fp8-format");
  arguments.has("--fp4-recipe");
  arguments.has("--fp8-recipe");
  if (float4 || float8) {
    execution["gemm_datatype"] = float4 ? "float4" : "float8";
  }
  if (arguments.has("--fp8-param-gather")) {
    execution["param_gather_datatype"] = "float8";
  }
  if (arguments.has("--accumulate-allreduce-grads-in-fp32")) {
    execution["grad_reduce_datatype"] = "float32";
  } else if (arguments.has("--grad-reduce-in-bf16")) {
    execution["grad_reduce_datatype"] = "bfloat16";
  } else {
    execution["grad_reduce_datatype"] = half ? "float16" : "float32";
  }
}

void read_recomputation(MegatronReading& reading) {
  MegatronArguments& arguments = reading.arguments;
  const bool short_form = arguments.has("--recompute-activations");
  const auto granularity = arguments.value("--recompute-granularity");
  if (granularity && *granularity != "full" && *granularity != "selective") {
    arguments.reject("--recompute-granularity", "full or selective");
  }
  if (granularity == "full") {
    const std::string method = arguments.value("--recompute-method").value_or("");
    const std::int64_t layers = arguments.count("--recompute-num-layers").value_or(1);
    reading.execution["activation_recompute"] = "full";
    if (method == "block") {
      const std::int64_t stages = degree(arguments, "--pipeline-model-parallel-size");
      const std::int64_t blocks = required(arguments, "--num-layers");
      reading.execution["recompute_block_share"] =
          std::min(1.0, static_cast<double>(layers) /
                            static_cast<double>(std::max<std::int64_t>(1, blocks / stages)));
    } else if (method == "uniform" && layers > 1) {
      reading.notes.push_back(fmt::format(
          "--recompute-num-layers {}: inputs are taken to be kept for every layer", layers));
    }
    return;
  }
  if (!short_form && !granularity) {
    return;
  }
  const std::vector<std::string> modules = arguments.values("--recompute-modules");
  const bool named = std::find(modules.begin(), modules.end(), "core_attn") != modules.end();
  reading.execution["activation_recompute"] = modules.empty() || named ? "selective" : "none";
  Json others = Json::array();
  for (const std::string& module : modules) {
    const auto known = enum_from_name<RecomputeModule>(module);
    if (!known || !is_megatron_module(*known)) {
      reading.notes.push_back(
          fmt::format("the module {} of --recompute-modules is ignored", module));
    } else if (module != "core_attn") {
      others.push_back(module);
    }
  }
  if (!others.empty()) {
    reading.execution["recompute_modules"] = others;
  }
}

void read_experts(MegatronReading& reading) {
  MegatronArguments& arguments = reading.arguments;
  for (const std::string_view name : {"--moe-grouped-gemm", "--moe-permute-fusion"}) {
    arguments.has(name);
  }
  if (!arguments.stands("--num-experts")) {
    return;
  }
  if (const auto width = arguments.count("--moe-ffn-hidden-size")) {
    reading.model["moe_feedforward"] = *width;
  }
  read_expert_blocks(reading, required(arguments, "--num-layers"));
}

void read_processors(MegatronReading& reading, std::int64_t processors) {
  MegatronArguments& arguments = reading.arguments;
  const bool nodes = arguments.stands("--nproc-per-node");
  if (processors == 0 && !nodes) {
    throw InputError(fmt::format(
        "{}: has no torchrun --nnodes N --nproc_per_node N; --num-procs N says how many "
        "processors there are",
        arguments.file()));
  }
  if (processors == 0) {
    processors = degree(arguments, "--nnodes") * degree(arguments, "--nproc-per-node");
  }
  reading.execution["num_procs"] = processors;
  const std::int64_t others = degree(arguments, "--tensor-model-parallel-size") *
                              degree(arguments, "--pipeline-model-parallel-size");
  const std::int64_t microbatch = required(arguments, "--micro-batch-size");
  if (!arguments.stands("--global-batch-size")) {
    const std::int64_t replicas =
        processors / others / degree(arguments, "--context-parallel-size");
    reading.execution["batch_size"] = std::max<std::int64_t>(1, replicas) * microbatch;
    reading.notes.push_back(fmt::format("there is no --global-batch-size, so batch_size is {}",
                                        reading.execution["batch_size"].get<std::int64_t>()));
  }
}

void read_pipeline(MegatronReading& reading) {
  MegatronArguments& arguments = reading.arguments;
  const std::int64_t stages = degree(arguments, "--pipeline-model-parallel-size");
  if (const auto text = arguments.value("--pipeline-model-parallel-layout")) {
    const auto chunks = layout_chunks(*text);
    if (!chunks || static_cast<std::int64_t>(chunks->size()) % stages != 0) {
      arguments.reject(
          "--pipeline-model-parallel-layout",
          fmt::format("E, t, m and L, with | between the chunks of {} stages", stages));
    }
    reading.execution["pipeline_layout"] = *chunks;
    reading.execution["pipeline_interleaving"] = static_cast<std::int64_t>(chunks->size()) / stages;
  } else if (const auto each = arguments.count("--num-layers-per-virtual-pipeline-stage")) {
    const std::int64_t blocks = required(arguments, "--num-layers");
    const bool whole =
        *each > 0 && *each <= kLargestCount && blocks % stages == 0 && blocks / stages % *each == 0;
    if (!whole) {
      arguments.reject("--num-layers-per-virtual-pipeline-stage",
                       fmt::format("a divisor of {} layers on each of {} stages", blocks, stages));
    }
    reading.execution["pipeline_interleaving"] = blocks / stages / *each;
  }
  const bool embedding = arguments.has("--account-for-embedding-in-pipeline-split");
  const bool loss = arguments.has("--account-for-loss-in-pipeline-split");
  if (embedding != loss) {
    throw InputError(
        fmt::format("{}: has one of --account-for-embedding-in-pipeline-split and "
                    "--account-for-loss-in-pipeline-split, expected both or none",
                    arguments.file()));
  }
}

void read_sharding(MegatronReading& reading) {
  MegatronArguments& arguments = reading.arguments;
  Json& execution = reading.execution;
  execution["data_par_sharding"] = arguments.has("--use-distributed-optimizer") ? "zero1" : "none";
  if (arguments.has("--use-megatron-fsdp")) {
    constexpr std::string_view kName = "--data-parallel-sharding-strategy";
    const std::string strategy = arguments.value(kName).value_or("no_shard");
    const auto sharding = strategy == "no_shard"             ? "none"
                          : strategy == "optim"              ? "zero1"
                          : strategy == "optim_grads"        ? "zero2"
                          : strategy == "optim_grads_params" ? "zero3"
                                                             : "";
    if (std::string_view(sharding).empty()) {
      arguments.reject(kName, "no_shard, optim, optim_grads or optim_grads_params");
    }
    execution["data_par_sharding"] = sharding;
  } else if (arguments.has("--use-torch-fsdp2")) {
    execution["data_par_sharding"] = "zero3";
  }
  execution["data_par_overlap"] = arguments.has("--overlap-grad-reduce");
  const bool gather = arguments.has("--overlap-param-gather");
  if (execution["data_par_sharding"] == "zero1") {
    execution["param_gather_overlap"] = gather;
  }
}

}  // namespace calculon
