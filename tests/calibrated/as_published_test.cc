// Calibrated executions in the published dialects.
#include "calibrated/as_published.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <functional>

#include "calculon/base/files.h"
#include "calculon/model/evaluate.h"
#include "calibrated/published_execution.h"
#include "support/findings.h"
#include "support/measured_runs.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

using Taken = std::variant<AsPublished, NoPublishedForm>;

Transformer bundled_model(const std::string& name) {
  return read_transformer(source_path("models/" + name + ".json"));
}

System nemo_system() {
  return read_system(source_path("systems/h100-80g-nemo.json"));
}

CalibratedExecution example_execution(const std::string& name) {
  return parse_calibrated_execution(name, source_text("examples/" + name + ".json"));
}

Taken taken(const CalibratedExecution& execution, const Transformer& model) {
  return to_published(execution, model, nemo_system(), published_preset(model));
}

// The kind of the refusal of an execution after a change; "" if it is not refused.
std::string refused(const std::function<void(CalibratedExecution&)>& change) {
  CalibratedExecution execution = example_execution("llama-3.1-70b_512_t4_p4");
  change(execution);
  const Taken outcome = taken(execution, bundled_model("llama-3.1-70b"));
  const auto* none = std::get_if<NoPublishedForm>(&outcome);
  return none ? std::string(none->kind) : "";
}

std::string words_of(const Taken& outcome) {
  const auto* none = std::get_if<NoPublishedForm>(&outcome);
  return none ? none->words : "";
}

}  // namespace

TEST_CASE("a dense execution in the published dialect", "[calibrated]") {
  const Taken outcome =
      taken(example_execution("llama-3.1-70b_512_t4_p4"), bundled_model("llama-3.1-70b"));
  REQUIRE(std::holds_alternative<AsPublished>(outcome));
  const auto& said = std::get<AsPublished>(outcome);
  // 512 processors in stages of 128; tensor groups of 4 stand in a domain of 8.
  Strategy expected;
  expected.num_procs = 512;
  expected.batch_size = 1024;
  expected.tensor_par = 4;
  expected.pipeline_par = 4;
  expected.data_par = 32;
  expected.data_par_net = 1;
  expected.pipeline_par_net = 1;
  expected.pipeline_interleaving = 5;
  expected.datatype = Datatype::kBfloat16;
  expected.activation_recompute = ActivationRecompute::kAttnOnly;
  expected.tensor_par_comm_type = TensorParCommType::kRsAg;
  expected.seq_par_ag_redo = true;
  expected.optimizer_sharding = true;
  expected.data_par_overlap = true;
  expected.data_par_exp_net = 1;
  CHECK(said.strategy == expected);
  CHECK(said.model.feedforward == 28672);
  CHECK(said.approximations ==
        std::vector<std::string_view>{"flash attention as recomputed scores"});
}

TEST_CASE("a mixture in the published dialect", "[calibrated]") {
  const Taken outcome =
      taken(example_execution("mixtral-8x7b_128_e8"), bundled_model("mixtral-8x7b"));
  REQUIRE(std::holds_alternative<AsPublished>(outcome));
  const Strategy& s = std::get<AsPublished>(outcome).strategy;
  CHECK(s.preset == Preset::kCalculonMoe);
  CHECK(s.model_MoE);
  CHECK(s.data_par == 32);
  CHECK(s.num_experts == 8);
  CHECK(s.top_k_experts == 2);
  CHECK(s.expert_par == 8);
  CHECK(s.expert_slice == 1);
  CHECK(s.data_par_exp == 8);  // 64 ranks of a stage over 8 of the experts
  CHECK(s.expert_par_net == 0);
  CHECK(s.expert_slice_net == 0);
  CHECK(s.data_par_exp_net == 1);
  CHECK(s.activation_function == ActivationFunction::kSilu);
}

TEST_CASE("the published width of a mixture is that of an expert", "[calibrated]") {
  CalibratedExecution execution = example_execution("deepseek-v3_1024_p16");
  const Transformer model = bundled_model("deepseek-v3");
  CHECK(words_of(taken(execution, model)) ==
        "recompute_modules has more than core_attn in a published execution");
  execution.recompute_modules = {};
  CHECK(words_of(taken(execution, model)) == "expert_overlap is true in a published execution");
  execution.expert_overlap = false;
  const Taken outcome = taken(execution, model);
  REQUIRE(std::holds_alternative<AsPublished>(outcome));
  const auto& said = std::get<AsPublished>(outcome);
  CHECK(said.model.feedforward == 2048);
  CHECK(said.strategy.datatype == Datatype::kFloat8);
  // 15 stages of 4 blocks and one of 1: as many as the published model has on each of 16.
  CHECK(said.approximations ==
        std::vector<std::string_view>{"flash attention as recomputed scores",
                                      "all tensors in the type of the products",
                                      "uneven stages as even ones"});
  execution.last_stage_blocks = 31;
  CHECK(words_of(taken(execution, model)) ==
        "the fullest stage has 31 blocks, expected 4 as if stages were even in a published "
        "execution");
}

TEST_CASE("what the published dialects have no word for is refused by name", "[calibrated]") {
  using E = CalibratedExecution;
  CHECK(refused([](E&) {}).empty());
  CHECK(refused([](E& e) { e.context_par = 2; }) == "context parallelism");
  for (const auto sharding : {DataParSharding::kZero2, DataParSharding::kZero3}) {
    CHECK(refused([&](E& e) { e.data_par_sharding = sharding; }) ==
          "sharded gradients or parameters");
  }
  CHECK(refused([](E& e) {
          e.activation_recompute = CalibratedRecompute::kFull;
          e.recompute_block_share = 0.5;
        }) == "recomputation of some blocks");
  CHECK(refused([](E& e) { e.recompute_modules.add(RecomputeModule::kMlpAct); }) ==
        "recomputation of other modules");
  CHECK(refused([](E& e) { e.recompute_modules.add(RecomputeModule::kCoreAttn); }).empty());
  CHECK(refused([](E& e) {
          e.pipeline_interleaving = 1;
          e.first_stage_blocks = 17;
        }) == "uneven stages");
  CHECK(refused([](E& e) { e.expert_imbalance = 1.5; }) == "uneven load of experts");
}

TEST_CASE("a rule of published executions that is broken is told", "[calibrated]") {
  Transformer model = bundled_model("llama-3.1-70b");
  model.feedforward = 28673;
  const Taken outcome = taken(example_execution("llama-3.1-70b_512_t4_p4"), model);
  const auto* none = std::get_if<NoPublishedForm>(&outcome);
  REQUIRE(none);
  CHECK(none->kind == "a rule of published executions");
  CHECK(none->words == "tensor_par is 4, expected a divisor of the model's feedforward = 28673");
}

TEST_CASE("the corrected model takes executions of the published dialects", "[calibrated]") {
  const CalibratedExecution execution = example_execution("mixtral-8x7b_128_e8");
  Transformer model = bundled_model("mixtral-8x7b");
  const auto corrected = [&] {
    return to_published(execution, model, nemo_system(), Preset::kCorrected);
  };
  const Taken outcome = corrected();
  REQUIRE(std::holds_alternative<AsPublished>(outcome));
  const Strategy& s = std::get<AsPublished>(outcome).strategy;
  CHECK(s.preset == Preset::kCorrected);
  CHECK(s.rules == rules_of(Preset::kCorrected));
  CHECK(s.data_par_exp == 8);
  model.details.mtp_blocks = 1;
  const Taken refused_model = corrected();
  const auto* none = std::get_if<NoPublishedForm>(&refused_model);
  REQUIRE(none);
  CHECK(none->kind == "layers that the corrected model has not");
  CHECK_THAT(none->words, Catch::Contains("the model's mtp_blocks is 1"));
}

TEST_CASE("settings of a published execution follow the calibrated ones", "[calibrated]") {
  const Transformer model = bundled_model("llama-3.1-70b");
  CalibratedExecution e = example_execution("llama-3.1-70b_512_t4_p4");
  const auto said = [&] { return std::get<AsPublished>(taken(e, model)).strategy; };
  e.tensor_par_overlap = true;
  CHECK(said().tensor_par_overlap == TensorParOverlap::kRing);
  e.attention_kernel = AttentionKernel::kUnfused;
  CHECK(said().activation_recompute == ActivationRecompute::kNone);
  e.activation_recompute = CalibratedRecompute::kSelective;
  CHECK(said().activation_recompute == ActivationRecompute::kAttnOnly);
  e.activation_recompute = CalibratedRecompute::kFull;
  CHECK(said().activation_recompute == ActivationRecompute::kFull);
  CHECK_FALSE(said().seq_par_ag_redo);
  e.sequence_par = false;
  CHECK(said().tensor_par_comm_type == TensorParCommType::kAr);
  e.data_par_sharding = DataParSharding::kNone;
  CHECK_FALSE(said().optimizer_sharding);
  e.data_par_sharding = DataParSharding::kZero1;
  e.num_procs = 16;
  e.data_par = 1;
  CHECK_FALSE(said().optimizer_sharding);  // there is nothing to share
  CHECK_FALSE(said().data_par_overlap);
  CHECK(said().data_par_net == 0);
}

TEST_CASE("measured runs keep their degrees in the published dialects", "[calibrated]") {
  const MeasuredTable table =
      read_measured_table(source_path("examples/measured/calibration.csv.gz"), 2);
  SystemFiles systems(system_folders(table.name, "", source_path("systems")));
  Findings findings;
  std::size_t said_so = 0;
  for (const MeasuredRun& run : table.runs) {
    const System& system = systems.get(run.system);
    const CalibratedExecution& e = run.execution;
    const Taken outcome = to_published(e, run.model, system, published_preset(run.model));
    const auto* said = std::get_if<AsPublished>(&outcome);
    if (!said) {
      continue;
    }
    ++said_so;
    const Strategy& s = said->strategy;
    findings.add_unless(s.tensor_par * s.pipeline_par * s.data_par == s.num_procs, run.id);
    findings.add_unless(
        !s.model_MoE ||
            s.expert_par * s.expert_slice * s.pipeline_par * s.data_par_exp == s.num_procs,
        run.id + ": experts");
    findings.add_unless(contradiction(s).empty(), run.id + ": " + contradiction(s));
    const PublishedExecution back = to_calibrated(run.id, s, run.model, true, true);
    const CalibratedExecution& b = back.execution;
    findings.add_unless(b.tensor_par == e.tensor_par && b.pipeline_par == e.pipeline_par &&
                            b.data_par == e.data_par && b.expert_par == e.expert_par &&
                            b.batch_size == e.batch_size &&
                            b.microbatch_size == e.microbatch_size &&
                            b.pipeline_interleaving == e.pipeline_interleaving &&
                            b.gemm_datatype == e.gemm_datatype,
                        run.id + ": back");
    System roomy = system;
    roomy.mem1.capacity_bytes = 1e15;
    findings.add_unless(static_cast<bool>(evaluate(said->model, roomy, s)), run.id + ": no answer");
  }
  INFO(findings.text());
  CHECK(findings.empty());
  CHECK(said_so == 1106);
}

}  // namespace calculon::test
