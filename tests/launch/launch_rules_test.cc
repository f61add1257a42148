// What each framework can run.
#include "launch/launch_rules.h"

#include <catch2/catch.hpp>
#include <functional>
#include <set>

namespace calculon::test {
namespace {

// 24 blocks on 4 stages, 8 microbatches of a replica: every framework runs it.
struct LaunchCase {
  Transformer model{1024, 4096, 2048, 16, 64, 24, {}};
  CalibratedExecution execution;

  LaunchCase() {
    execution.num_procs = 64;
    execution.batch_size = 64;
    execution.tensor_par = 2;
    execution.sequence_par = true;
    execution.pipeline_par = 4;
    execution.data_par = 8;
  }
  std::string broken(Framework framework) const {
    const LaunchRule* rule = broken_rule(framework, model, execution);
    return rule == nullptr ? "" : std::string(rule->id);
  }
};

std::string broken_by(const std::function<void(LaunchCase&)>& change,
                      Framework framework = Framework::kMegatron) {
  LaunchCase each;
  change(each);
  return each.broken(framework);
}

constexpr std::array<Framework, 4> kAll = {Framework::kMegatron, Framework::kBridge,
                                           Framework::kTorchtitan, Framework::kNanotron};

}  // namespace

TEST_CASE("every framework runs a plain execution", "[launch]") {
  for (const Framework framework : kAll) {
    INFO(title(framework));
    CHECK(LaunchCase().broken(framework).empty());
  }
}

TEST_CASE("stages and chunks of Megatron hold equally many blocks", "[launch]") {
  CHECK(broken_by([](LaunchCase& c) { c.model.num_blocks = 26; }) == "KL1");
  CHECK(broken_by([](LaunchCase& c) {
          c.execution.pipeline_balance = PipelineBalance::kWithEmbedding;
        }) == "KL1");
  CHECK(broken_by([](LaunchCase& c) {
          c.model.num_blocks = 26;
          c.execution.pipeline_balance = PipelineBalance::kWithEmbedding;
        }).empty());
  CHECK(broken_by([](LaunchCase& c) {
          c.model.num_blocks = 26;
          c.execution.last_stage_blocks = 5;
        }).empty());
  CHECK(broken_by([](LaunchCase& c) { c.execution.pipeline_interleaving = 4; }) == "KL2");
  CHECK(broken_by([](LaunchCase& c) { c.execution.pipeline_interleaving = 3; }).empty());
  CHECK(broken_by([](LaunchCase& c) {
          c.execution.pipeline_interleaving = 3;
          c.execution.first_stage_blocks = 3;
          c.execution.last_stage_blocks = 5;  // 16 for two stages
        }) == "KL2");
  CHECK(broken_by([](LaunchCase& c) {
          c.execution.pipeline_interleaving = 2;
          c.execution.pipeline_layout = {4, 3, 3, 3, 3, 3, 3, 2};
        }).empty());
}

TEST_CASE("interleaving in Megatron needs microbatches by the number of stages", "[launch]") {
  const auto interleaved = [](std::int64_t batch) {
    return broken_by([batch](LaunchCase& c) {
      c.execution.pipeline_interleaving = 2;
      c.execution.batch_size = batch;
    });
  };
  CHECK(interleaved(64).empty());
  CHECK(interleaved(32).empty());   // 4 microbatches
  CHECK(interleaved(48) == "KL3");  // 6
  CHECK(interleaved(16) == "KL3");  // 2, fewer than stages
  CHECK(broken_by([](LaunchCase& c) { c.execution.batch_size = 48; }).empty());
}

TEST_CASE("overlaps of Megatron need what they run under", "[launch]") {
  CHECK(broken_by([](LaunchCase& c) {
          c.execution.tensor_par_overlap = true;
          c.execution.sequence_par = false;
        }) == "KL4");
  CHECK(broken_by([](LaunchCase& c) { c.execution.tensor_par_overlap = true; }).empty());
  const auto gather_alone = [](LaunchCase& c) { c.execution.data_par_overlap = false; };
  CHECK(broken_by(gather_alone) == "KL5");
  CHECK(broken_by(gather_alone, Framework::kNanotron).empty());
  CHECK(broken_by([&](LaunchCase& c) {
          gather_alone(c);
          c.execution.data_par_sharding = DataParSharding::kNone;
        }).empty());
}

TEST_CASE("torchtitan and nanotron have rules of their own", "[launch]") {
  const auto half = [](LaunchCase& c) { c.execution.datatype = Datatype::kFloat16; };
  CHECK(broken_by(half, Framework::kTorchtitan) == "KL7");
  CHECK(broken_by(half, Framework::kMegatron).empty());
  const auto partly = [](LaunchCase& c) {
    c.model.details.num_experts = 8;
    c.execution.tensor_par = 4;
    c.execution.data_par = 4;
    c.execution.expert_tensor_par = 2;
  };
  CHECK(broken_by(partly, Framework::kTorchtitan) == "KL6");
  CHECK(broken_by(partly, Framework::kBridge).empty());
  const auto sharded = [](LaunchCase& c) {
    c.execution.data_par_sharding = DataParSharding::kZero3;
  };
  CHECK(broken_by(sharded, Framework::kNanotron) == "KL8");
  CHECK(broken_by(sharded, Framework::kTorchtitan).empty());
  const auto interleaved = [](LaunchCase& c) { c.execution.pipeline_interleaving = 2; };
  CHECK(broken_by(interleaved, Framework::kNanotron) == "KL9");
}

TEST_CASE("every rule of a launch has a name of its own and words", "[launch]") {
  std::set<std::string_view> names;
  for (const LaunchRule& rule : launch_rules()) {
    CHECK(names.insert(rule.id).second);
    CHECK(rule.id.starts_with("KL"));
    CHECK_FALSE(rule.words.empty());
    CHECK(rule.frameworks != 0);
  }
  CHECK(broken_rule_text(Framework::kMegatron, launch_rules()[3]) ==
        "Megatron-LM requires: tensor_par_overlap has sequence_par (rule KL4)");
}

}  // namespace calculon::test
