// What frameworks are told.
#include "launch/launch_script.h"

#include <catch2/catch.hpp>
#include <functional>

#include "launch/launch_case.h"
#include "support/findings.h"

namespace calculon::test {
namespace {

constexpr std::array<Framework, 4> kFrameworks = {Framework::kMegatron, Framework::kBridge,
                                                  Framework::kTorchtitan, Framework::kNanotron};

// Whether the scripts of all frameworks differ for `changed`.
void check_told(const LaunchJob& job, const LaunchJob& changed, std::string_view key,
                Findings& findings) {
  for (const Framework framework : kFrameworks) {
    findings.add_unless(launch_script(framework, job) != launch_script(framework, changed),
                        std::string(title(framework)) + " is not told " + std::string(key));
  }
}

void walk_keys(const LaunchJob& job, Findings& findings) {
  for_each_field(kTransformerFields, [&](const auto& field) {
    LaunchJob changed = job;
    change_setting(changed.model.*field.member);
    check_told(job, changed, field.name, findings);
  });
  for_each_field(kModelDetailFields, [&](const auto& field) {
    LaunchJob changed = job;
    change_setting(changed.model.details.*field.member);
    if (field.name != "attn_kv_heads" || job.model.details.attn_kind == AttentionKind::kMha) {
      check_told(job, changed, field.name, findings);
    }
  });
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    LaunchJob changed = job;
    change_setting(changed.execution.*field.member);
    const bool follows = field.name == "data_par" ||
                         (field.name == "recompute_block_share" &&
                          job.execution.activation_recompute != CalibratedRecompute::kFull);
    if (!follows) {
      check_told(job, changed, field.name, findings);
    }
  });
}

LaunchJob changed_job(const std::function<void(LaunchJob&)>& change) {
  LaunchJob job = dense_job();
  change(job);
  return job;
}

std::string megatron_with(const std::function<void(LaunchJob&)>& change) {
  return megatron_script(changed_job(change));
}

}  // namespace

TEST_CASE("every key is told or stands in a comment", "[launch]") {
  Findings findings;
  walk_keys(dense_job(), findings);
  walk_keys(mixture_job(), findings);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("Megatron-LM is told by a command line", "[launch]") {
  LaunchJob job = dense_job();
  job.model_name = "megatron-1T";
  job.model = {25600, 102400, 2048, 160, 160, 128, {}};
  CalibratedExecution& e = job.execution;
  e.num_procs = 3072;
  e.batch_size = 3072;
  e.tensor_par = 4;
  e.pipeline_par = 64;
  e.data_par = 12;
  e.microbatch_size = 4;
  e.datatype = Datatype::kFloat16;
  e.gemm_datatype = Datatype::kFloat16;
  e.param_gather_datatype = Datatype::kFloat16;
  e.data_par_overlap = false;
  e.param_gather_overlap = false;
  CHECK(megatron_script(job) ==
        R"(#!/bin/sh
# megatron-1T on 3072 processors with a batch of 3072 sequences, for Megatron-LM.
# Data, tokenizer, learning rate, dropout and checkpoints are not part of it.
# calculon: vocab_size = 0  (the tokenizer decides)
torchrun --nnodes 384 --nproc_per_node 8 pretrain_gpt.py \
  --hidden-size 25600 --ffn-hidden-size 102400 --seq-length 2048 --num-attention-heads 160 \
  --num-layers 128 --max-position-embeddings 2048 \
  --global-batch-size 3072 --tensor-model-parallel-size 4 --pipeline-model-parallel-size 64 \
  --micro-batch-size 4 --sequence-parallel --fp16 --recompute-granularity full \
  --recompute-method uniform --recompute-num-layers 1 --use-distributed-optimizer \
  --accumulate-allreduce-grads-in-fp32
)");
}

TEST_CASE("arguments of Megatron-LM go with others", "[launch]") {
  using Catch::Contains;
  const std::string half_recomputed =
      megatron_with([](LaunchJob& job) { job.execution.recompute_block_share = 0.5; });
  CHECK_THAT(half_recomputed, Contains("--recompute-method block --recompute-num-layers 3"));
  const std::string odd_share =
      megatron_with([](LaunchJob& job) { job.execution.recompute_block_share = 0.4; });
  CHECK_THAT(odd_share, Contains("# calculon: recompute_block_share = 0.4  (no number"));
  const std::string layout = megatron_with([](LaunchJob& job) {
    job.execution.pipeline_interleaving = 2;
    job.execution.pipeline_layout = {2, 3, 3, 3, 3, 3, 6, 1};
    job.model.details.mtp_blocks = 1;
  });
  CHECK_THAT(layout, Contains("--pipeline-model-parallel-layout 'Ett|(ttt|)*5t*6|tmL'") &&
                         !Contains("virtual"));
  const std::string mixture = megatron_script(mixture_job());
  CHECK_THAT(mixture, Contains("--fp8-format hybrid --fp8-recipe delayed") &&
                          Contains("--kv-lora-rank 128") && !Contains("--q-lora-rank") &&
                          Contains("--expert-tensor-parallel-size 1") &&
                          Contains("--moe-token-dispatcher-type alltoall"));
  const std::string modules = megatron_with([](LaunchJob& job) {
    job.execution.activation_recompute = CalibratedRecompute::kSelective;
    job.execution.recompute_modules.add(RecomputeModule::kMoeAct);
    job.execution.recompute_modules.add(RecomputeModule::kMlpIn);
  });
  CHECK_THAT(modules, Contains("--recompute-granularity selective") &&
                          Contains("--recompute-modules core_attn moe_act") &&
                          Contains(R"(# calculon: recompute_modules = ["mlp_in","moe_act"])"));
  const std::string periods = megatron_with([](LaunchJob& job) {
    job.model.details.num_experts = 4;
    job.model.details.top_k_experts = 1;
    job.model.details.moe_first_dense_blocks = 1;
    job.model.details.moe_block_period = 2;
  });
  CHECK_THAT(periods, Contains("--moe-layer-freq '([0]*1+([0]*1+[1]*1)*11+[0]*1)'"));
}

TEST_CASE("the other frameworks are told by files", "[launch]") {
  using Catch::Contains;
  const LaunchJob job = dense_job();
  CHECK_THAT(bridge_script(job),
             Contains("\nmodel:\n  hidden_size: 1024\n") &&
                 Contains("  tensor_model_parallel_size: 2\n") &&
                 Contains("\ntrain:\n  global_batch_size: 64\n  micro_batch_size: 1\n") &&
                 Contains("\nddp:\n  use_distributed_optimizer: true\n"));
  CHECK_THAT(torchtitan_script(job),
             Contains("def tiny_1() -> Trainer.Config:\n") &&
                 Contains("        num_pp_microbatches=8,\n") &&
                 Contains("config.training.num_tokens_per_train_step = 131072\n") &&
                 Contains("    config.activation_checkpoint = FullAC.Config()\n") &&
                 Contains("\nlocal_batch_size = 8\n") &&
                 Contains("\npipeline_parallel_microbatch_size = 1\n") &&
                 Contains("\n[activation_checkpoint]\nmode = \"full\"\n"));
  CHECK_THAT(nanotron_script(job), Contains("\n  model_config:\n    hidden_size: 1024\n") &&
                                       Contains("\n  pp_engine: 1f1b\n") &&
                                       Contains("\n  batch_accumulation_per_replica: 8\n") &&
                                       Contains("\n  zero_stage: 1\n"));
}

TEST_CASE("nodes hold a divisor of the processors", "[launch]") {
  CHECK(processors_per_node(512, 8) == 8);
  CHECK(processors_per_node(12, 8) == 6);
  CHECK(processors_per_node(4, 8) == 4);
  CHECK(processors_per_node(7, 4) == 1);
}

}  // namespace calculon::test
