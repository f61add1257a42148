// Command lines of Megatron-LM as models and executions.
#include "launch/megatron_import.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "launch/argument_rules.h"
#include "launch/megatron_lists.h"
#include "support/input_error_of.h"

namespace calculon::test {
namespace {

const std::string kSizes =
    "--num-layers 24 --hidden-size 1024 --num-attention-heads 16 --seq-length 2048 "
    "--vocab-size 50304 --micro-batch-size 2 --global-batch-size 64 --bf16 ";

std::string line_with(const std::string& arguments) {
  return "torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py " + kSizes + arguments;
}

ImportedLaunch imported(const std::string& arguments) {
  return import_megatron("train.sh", line_with(arguments));
}

std::string message_of(const std::string& text) {
  return input_error_of([&] { import_megatron("train.sh", text); });
}

}  // namespace

TEST_CASE("what a command line leaves out is as Megatron-LM has it", "[launch][import]") {
  const ImportedLaunch launch = imported("");
  CHECK(launch.model.feedforward == 4096);
  CHECK(launch.model.attn_size == 64);
  CHECK(launch.model.details.linear_bias);
  CHECK(launch.model.details.tie_embeddings);
  CHECK(launch.model.details.norm_kind == NormKind::kLayerNorm);
  CHECK_FALSE(launch.model.details.mlp_gated);
  const CalibratedExecution& e = launch.execution;
  CHECK(e.num_procs == 16);
  CHECK(e.data_par == 16);
  CHECK(e.microbatch_size == 2);
  CHECK(e.data_par_sharding == DataParSharding::kNone);
  CHECK_FALSE(e.data_par_overlap);
  CHECK(e.activation_recompute == CalibratedRecompute::kNone);
  CHECK(e.grad_reduce_datatype == Datatype::kFloat32);
  CHECK_FALSE(imported("--tensor-model-parallel-size 2").execution.sequence_par);
  const ImportedLaunch alone = imported("--sequence-parallel --tensor-model-parallel-size 1");
  CHECK_FALSE(alone.execution.sequence_par);
  CHECK(alone.notes ==
        std::vector<std::string>{"--sequence-parallel is dropped without a tensor group"});
  CHECK(launch.arguments == 10);
  CHECK(launch.unused.empty());
}

TEST_CASE("arguments become keys", "[launch][import]") {
  const ImportedLaunch launch = imported(
      "--tensor-model-parallel-size=2 --pipeline-model-parallel-size 4 --sequence-parallel "
      "--num-layers-per-virtual-pipeline-stage 3 --swiglu --ffn-hidden-size 2816 "
      "--group-query-attention --num-query-groups 4 --disable-bias-linear "
      "--use-distributed-optimizer --overlap-grad-reduce --recompute-granularity selective "
      "--recompute-modules core_attn moe_act --fp8-format e4m3 --fp8-recipe blockwise "
      "--untie-embeddings-and-output-weights --normalization RMSNorm --lr 1e-4 --tp-comm-overlap "
      "--position-embedding-type rope");
  const CalibratedExecution& e = launch.execution;
  CHECK(e.tensor_par == 2);
  CHECK(e.sequence_par);
  CHECK(e.pipeline_interleaving == 2);
  CHECK(e.data_par_sharding == DataParSharding::kZero1);
  CHECK(e.data_par_overlap);
  CHECK_FALSE(e.param_gather_overlap);
  CHECK(e.activation_recompute == CalibratedRecompute::kSelective);
  CHECK(e.recompute_modules.has(RecomputeModule::kMoeAct));
  CHECK(e.gemm_datatype == Datatype::kFloat8);
  CHECK(e.tensor_par_overlap);
  const ModelDetails& details = launch.model.details;
  CHECK(details.attn_kv_heads == 4);
  CHECK(details.mlp_gated);
  CHECK_FALSE(details.linear_bias);
  CHECK_FALSE(details.tie_embeddings);
  CHECK(details.norm_kind == NormKind::kRmsNorm);
  CHECK(details.position_embedding == PositionEmbedding::kRope);
  CHECK(launch.unused == std::vector<std::string>{"--lr"});
}

TEST_CASE("experts, shares and layouts of a command line", "[launch][import]") {
  const std::string experts = "--num-experts 8 --moe-router-topk 2 --moe-ffn-hidden-size 512 ";
  const ImportedLaunch mixture = imported(experts +
                                          "--moe-layer-freq '([0]*3+[1]*21)' "
                                          "--expert-model-parallel-size 4");
  CHECK(mixture.model.details.moe_first_dense_blocks == 3);
  CHECK(mixture.model.details.moe_block_period == 1);
  CHECK(mixture.execution.expert_par == 4);
  CHECK(imported(experts + "--moe-layer-freq ([0,1])*12 ").model.details.moe_block_period == 2);
  CHECK(imported("--recompute-granularity full --recompute-method block --recompute-num-layers 3 "
                 "--pipeline-model-parallel-size 4")
            .execution.recompute_block_share == 0.5);
  const ImportedLaunch laid_out = imported(
      "--pipeline-model-parallel-size 4 --pipeline-model-parallel-layout "
      "'Ett|(ttt|)*5t*6|tL'");
  CHECK(laid_out.execution.pipeline_interleaving == 2);
  CHECK(laid_out.execution.pipeline_layout == std::vector<std::int64_t>{2, 3, 3, 3, 3, 3, 6, 1});
  const ImportedLaunch commented =
      import_megatron("-",
                      "# calculon: loss_kind = \"in_place\"  (no argument)\n"
                      "# calculon: recompute_modules = [\"op\"]\n" +
                          line_with(""));
  CHECK(commented.execution.loss_kind == LossKind::kInPlace);
  CHECK(commented.execution.recompute_modules.has(RecomputeModule::kOp));
}

TEST_CASE("a script in the usual form is read", "[launch][import]") {
  const ImportedLaunch launch = import_megatron("train.sh", R"(#!/bin/bash
export CUDA_DEVICE_MAX_CONNECTIONS=1
GPUS_PER_NODE=8
NUM_NODES=${NUM_NODES:-4}
WORLD_SIZE=$(($GPUS_PER_NODE*$NUM_NODES))
DATA_PATH=$1   # <prefix>
TP=8
DISTRIBUTED_ARGS=(
    --nproc_per_node $GPUS_PER_NODE
    --nnodes $NUM_NODES
    --master_addr $MASTER_ADDR
)
GPT_MODEL_ARGS=(
    --num-layers 96   # like GPT-3
    --hidden-size 12288
    --num-attention-heads 96
    --seq-length 2048
    --max-position-embeddings 2048
)
TRAINING_ARGS="--micro-batch-size 1 \
    --global-batch-size 1536 --fp16 \
    --lr 6.0e-5"
torchrun ${DISTRIBUTED_ARGS[@]} pretrain_gpt.py \
    ${GPT_MODEL_ARGS[@]} $TRAINING_ARGS \
    --tensor-model-parallel-size $TP --pipeline-model-parallel-size 4 \
    --data-path "$DATA_PATH" 2>&1 | tee log
)");
  CHECK(launch.execution.num_procs == 32);
  CHECK(launch.execution.tensor_par == 8);
  CHECK(launch.model.feedforward == 4 * 12288);
  CHECK(launch.execution.grad_reduce_datatype == Datatype::kFloat16);
  CHECK(launch.unused == std::vector<std::string>{"--master_addr", "--lr", "--data-path"});
  CHECK(launch.arguments == 15);
  const ImportedLaunch nested = import_megatron(
      "train.sh", "RUN=\"python pretrain_gpt.py " + kSizes + "\"\nsrun -l sh -c \"$RUN\"", 4);
  CHECK(nested.execution.num_procs == 4);
}

TEST_CASE("what cannot be imported is told", "[launch][import]") {
  CHECK(message_of("echo") ==
        "train.sh: has no command line of Megatron-LM, expected one with --num-layers");
  CHECK(message_of("python x " + kSizes) ==
        "train.sh: has no torchrun --nnodes N --nproc_per_node N; --num-procs N says how many "
        "processors there are");
  CHECK(message_of(line_with("--hidden-size $H")) ==
        "train.sh: --hidden-size is $H, expected an integer from 0 to 1000000000, and the script "
        "does not say what it is");
  CHECK(message_of(line_with("--fp16")) ==
        "train.sh: has --fp16 and --bf16, expected one of them (rule KC32)");
  CHECK(message_of(line_with("--swiglu")) == "train.sh: lacks --ffn-hidden-size beside --swiglu");
  CHECK(message_of(line_with("--recompute-granularity some")) ==
        "train.sh: --recompute-granularity is some, expected full or selective");
  CHECK(message_of(line_with("--moe-layer-freq 3 --num-experts 4 --moe-router-topk 1")) ==
        "train.sh: --moe-layer-freq is 3, expected a list for 24 layers that "
        "moe_first_dense_blocks and moe_block_period can tell");
  CHECK_THAT(message_of(line_with("--num-layers 1000000000 --moe-layer-freq 2 --num-experts 4 "
                                  "--moe-router-topk 1")),
             Catch::StartsWith("train.sh: --moe-layer-freq is 2"));
  CHECK(message_of("# calculon: loss = 3\n" + line_with("")) ==
        "train.sh: the line '# calculon: loss = 3' tells of no key");
}

TEST_CASE("contradictions of a command line are told with their rules", "[launch][import]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"--tensor-model-parallel-size 3", "KC10"},
      {"--num-experts 6 --moe-router-topk 1 --expert-model-parallel-size 4", "KD4"},
      {"--pipeline-model-parallel-size 16", "KL1"},
      {"--pipeline-model-parallel-size 4 --num-virtual-stages-per-pipeline-rank 4", "KL2"},
      {"--pipeline-model-parallel-size 4 --num-virtual-stages-per-pipeline-rank 2 "
       "--global-batch-size 48",
       "KL3"},
      {"--tensor-model-parallel-size 2 --tp-comm-overlap", "KL4"},
      {"--pipeline-model-parallel-size 4 --num-virtual-stages-per-pipeline-rank 2 "
       "--num-layers-per-virtual-pipeline-stage 3",
       "KL10"},
      {"--recompute-granularity full", "KL11"},
      {"--recompute-granularity selective --recompute-num-layers 1", "KL11"},
      {"--overlap-param-gather --overlap-grad-reduce", "KL12"},
      {"--overlap-param-gather --use-distributed-optimizer", "KL12"},
      {"--optimizer-cpu-offload", "KL13"},
      {"--use-torch-fsdp2", "KL14"},
      {"--cpu-offloading-num-layers 2 --recompute-activations", "KL15"},
      {"--pipeline-model-parallel-size 2 --num-virtual-stages-per-pipeline-rank 2 "
       "--no-overlap-p2p-communication",
       "KL16"},
  };
  for (const auto& [arguments, rule] : cases) {
    INFO(arguments);
    CHECK_THAT(message_of(line_with(arguments)),
               Catch::StartsWith("train.sh: ") && Catch::EndsWith(fmt::format("(rule {})", rule)));
  }
}

TEST_CASE("lists of Python and layouts are read", "[launch][import]") {
  using Numbers = std::vector<std::int64_t>;
  CHECK(python_list("([0]*2+[1])*2") == Numbers{0, 0, 1, 0, 0, 1});
  CHECK(python_list("[1, 2,3] ") == Numbers{1, 2, 3});
  for (const char* text : {"", "3", "[1", "([1]", "[1]*", "[1]*9999999", "[a]", "[1])", "[1]*-1"}) {
    INFO(text);
    CHECK_FALSE(python_list(text));
  }
  CHECK_FALSE(python_list(std::string(10000, '(')));
  CHECK(layout_chunks("Et|(tt|)*3mL") == Numbers{1, 2, 2, 2, 0});
  CHECK(layout_chunks("E||t*3,t|L") == Numbers{0, 0, 4, 0});
  for (const char* text : {"Ex", "E(t", "Et)", "Et*", "E(t|)*9999999"}) {
    INFO(text);
    CHECK_FALSE(layout_chunks(text));
  }
}

}  // namespace calculon::test
