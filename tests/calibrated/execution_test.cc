#include <catch2/catch.hpp>

#include "calculon/calibrated/calibrated_execution.h"
#include "calibrated/calibrated_execution_json.h"
#include "support/calibrated_golden.h"
#include "support/input_error_of.h"
#include "support/json_change.h"

namespace calculon::test {
namespace {

const std::string kText = R"({"methodology": "calibrated", "num_procs": 64, "batch_size": 128,
                              "tensor_par": 4, "pipeline_par": 2, "microbatch_size": 2})";

CalibratedExecution parsed(const std::string& text) {
  return parse_calibrated_execution("e.json", text);
}

std::string message_with(const std::vector<JsonChange>& changes) {
  std::string text = kText;
  for (const JsonChange& change : changes) {
    text = changed(text, change);
  }
  return input_error_of([&] { parsed(text); });
}

}  // namespace

TEST_CASE("defaults of a calibrated execution are those of frameworks", "[calibrated]") {
  const CalibratedExecution e = parsed(kText);
  CHECK(e.data_par == 8);
  CHECK(e.microbatches() == 8);
  CHECK(e.sequence_par);
  CHECK(e.gemm_datatype == Datatype::kBfloat16);
  CHECK(e.data_par_sharding == DataParSharding::kZero1);
  CHECK(e.grad_reduce_datatype == Datatype::kFloat32);
  CHECK(e.param_gather_overlap);
  CHECK(e.shard_size() == 8);
  CHECK_FALSE(parsed(changed(kText, {"/tensor_par", "1"})).sequence_par);
  CHECK(parsed(changed(kText, {"/data_par_sharding", "\"zero3\""})).grad_reduce_datatype ==
        Datatype::kBfloat16);
  CHECK_FALSE(parsed(changed(kText, {"/data_par_overlap", "false"})).param_gather_overlap);
  CHECK(parsed(changed(kText, {"/datatype", "\"fp16\""})).gemm_datatype == Datatype::kFloat16);
  CHECK(parsed(changed(kText, {"/num_procs", "64.0"})).num_procs == 64);
  CHECK(parsed(changed(kText, {"/recompute_modules", R"(["mlp", "mlp"])"}))
            .recomputes(RecomputeModule::kMlp));
}

TEST_CASE("a calibrated execution says nothing that is not read", "[calibrated]") {
  CHECK(message_with({{"/tensor_parallel", "4"}}) ==
        "e.json has the unknown key 'tensor_parallel' (did you mean 'tensor_par'?)");
  CHECK(message_with({{"/comment", "null"}}) == "e.json has the unknown key 'comment'");
  CHECK(message_with({{"/notes", "[1]"}, {"/context_par", "null"}}) == "(no error)");
  CHECK(message_with({{"/batch_size", "null"}}) == "e.json lacks the key 'batch_size' (rule KC1)");
  CHECK(message_with({{"/methodology", "\"calculon\""}}) ==
        "e.json: methodology is \"calculon\", expected calibrated");
  CHECK(message_with({{"/datatype", "\"float32\""}}) ==
        "e.json: datatype is \"float32\", expected float16 or bfloat16");
  CHECK_THAT(message_with({{"/tensor_par", "0"}}), Catch::Contains("tensor_par is 0, expected"));
}

TEST_CASE("each contradiction of a calibrated execution is told with its rule", "[calibrated]") {
  struct Case {
    std::vector<JsonChange> changes;
    std::string rule;
  };
  const std::vector<Case> cases = {
      {{{"/num_procs", "60"}}, "KC10"},
      {{{"/data_par", "4"}}, "KC10"},
      {{{"/tensor_par", "1"}, {"/sequence_par", "true"}}, "KC11"},
      {{{"/batch_size", "120"}}, "KC12"},
      {{{"/pipeline_par", "1"}, {"/pipeline_interleaving", "2"}}, "KC13"},
      {{{"/gemm_datatype", "\"float16\""}}, "KC14"},
      {{{"/param_gather_datatype", "\"float8\""}}, "KC15"},
      {{{"/data_par_shard_size", "4"}}, "KC16"},
      {{{"/data_par_shard_size", "3"}, {"/data_par_sharding", "\"zero3\""}}, "KC16"},
      {{{"/pipeline_layout", "[4, 4]"}, {"/first_stage_blocks", "4"}}, "KC17"},
      {{{"/pipeline_layout", "[4, 4, 4]"}}, "KC18"},
      {{{"/pipeline_par", "1"}, {"/last_stage_blocks", "4"}}, "KC18"},
      {{{"/recompute_block_share", "0.5"}}, "KC19"},
  };
  for (const Case& each : cases) {
    INFO(each.rule);
    const std::string message = message_with(each.changes);
    CHECK_THAT(message, Catch::StartsWith("e.json: ") || Catch::StartsWith("e.json has "));
    CHECK_THAT(message, Catch::EndsWith("(rule " + each.rule + ")"));
  }
}

TEST_CASE("an execution that is written reads back as the same", "[calibrated]") {
  std::size_t count = 0;
  const CalibratedGolden& golden = calibrated_golden();
  for (const Json& each : golden.cases) {
    if (!each.contains("stats")) {
      continue;
    }
    const CalibratedExecution e = golden.inputs(each).execution;
    CHECK(parsed(calibrated_execution_json(e).dump()) == e);
    ++count;
  }
  CHECK(count > 100);
}

TEST_CASE("an execution is written with the keys that are asked for", "[calibrated]") {
  constexpr std::array<std::string_view, 2> kKeys = {"num_procs", "recompute_modules"};
  CalibratedExecution e = parsed(kText);
  e.recompute_modules.add(RecomputeModule::kMoeAct);
  CHECK(calibrated_execution_json(e, kKeys).dump() ==
        R"({"methodology":"calibrated","num_procs":64,"recompute_modules":["moe_act"]})");
}

}  // namespace calculon::test
