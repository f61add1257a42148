#include <catch2/catch.hpp>

#include "calculon/model/evaluate.h"
#include "calculon/strategy/strategy.h"
#include "support/input_error_of.h"
#include "support/json_change.h"
#include "support/preset_rows.h"
#include "support/tiny.h"
#include "text/json_report.h"

namespace calculon::test {
namespace {

std::string with(const std::vector<JsonChange>& changes) {
  std::string text = tiny_moe_strategy_text();
  for (const JsonChange& change : changes) {
    text = changed(text, change);
  }
  return text;
}

std::string moe_message(const std::string& text) {
  return input_error_of([&] { parse_strategy("execution.json", text); });
}

// What an evaluation on the tiny machine says that reading does not.
std::string evaluation_of(const std::vector<JsonChange>& changes) {
  const StrategyFile file = parse_strategy("execution.json", with(changes));
  return input_error_of([&] { evaluate(tiny_transformer(), tiny_moe_system(), file); });
}

Strategy read(const std::vector<JsonChange>& changes) {
  return parse_strategy("execution.json", with(changes)).strategy;
}

}  // namespace

TEST_CASE("an execution of a mixture of experts is read as it stands", "[strategy]") {
  const Strategy s = tiny_moe_strategy();
  CHECK(s.model_MoE);
  CHECK(s.num_experts == 4);
  CHECK(s.expert_slice_net == 0);
  CHECK(s.activation_function == ActivationFunction::kSilu);
  CHECK(s.preset == Preset::kCalculonMoe);
  CHECK(s.rules == rules_of(Preset::kCalculonMoe));
  CHECK(to_json(s).dump() == Json::parse(tiny_moe_strategy_text()).dump());
  CHECK(parse_strategy("x.json", to_json(s).dump()).strategy == s);
}

TEST_CASE("an execution with any key of a mixture has all 33", "[strategy]") {
  const auto keys = settings_of(Preset::kCalculonMoe);
  const Json dense = Json::parse(tiny_strategy_text());
  CHECK(keys.size() == 33);
  for (const std::string_view name : keys) {
    const std::string key(name);
    if (key != "activation_function") {
      CHECK_THAT(moe_message(with({{"/" + key, ""}})),
                 Catch::StartsWith("execution.json lacks the key '" + key + "'"));
    }
    if (!dense.contains(key)) {
      CHECK_THAT(moe_message(changed(tiny_strategy_text(), {"/" + key, "1"})),
                 Catch::StartsWith("execution.json lacks the keys '"));
    }
  }
  CHECK(moe_message(with({{"/expert_par", ""}, {"/expert_pra", "2"}})) ==
        "execution.json lacks the key 'expert_par' (there is a 'expert_pra')");
  CHECK(moe_message(with({{"/expert_pra", "2"}})) ==
        "execution.json has the unknown key 'expert_pra' (did you mean 'expert_par'?)");
  CHECK(moe_message(with({{"/model_MoE", ""}, {"/model_moe", "true"}})) ==
        "execution.json lacks the key 'model_MoE' (there is a 'model_moe')");
}

TEST_CASE("the activation function may be absent or null, and is gelu then", "[strategy]") {
  CHECK(read({{"/activation_function", ""}}).activation_function == ActivationFunction::kGelu);
  CHECK(read({{"/activation_function", "null"}}).activation_function == ActivationFunction::kGelu);
  CHECK(read({{"/activation_function", "\"gelu\""}}).activation_function ==
        ActivationFunction::kGelu);
  CHECK(moe_message(with({{"/activation_function", "\"relu\""}})) ==
        complaint("execution.json",
                  "activation_function is \"relu\", expected gelu or silu (did "
                  "you mean 'gelu'?)"));
  CHECK(moe_message(with({{"/activation_function", "1"}})) ==
        complaint("execution.json", "activation_function is 1, expected gelu or silu"));
}

TEST_CASE("counts of a mixture of experts are positive, its tiers from 0", "[strategy]") {
  for (const std::string key : {"num_experts", "expert_par", "expert_slice", "data_par_exp"}) {
    for (const std::string value : {"0", "-1", "1.5", "true", "null"}) {
      CHECK(moe_message(with({{"/" + key, value}})) ==
            complaint("execution.json",
                      key + " is " + value + ", expected an integer from 1 to 1000000000"));
    }
  }
  for (const std::string key :
       {"data_par_exp_net", "expert_par_net", "expert_slice_net", "top_k_experts"}) {
    CHECK(moe_message(with({{"/" + key, "-1"}})) ==
          complaint("execution.json", key + " is -1, expected an integer from 0 to 1000000000"));
  }
  CHECK(moe_message(with({{"/model_MoE", "1"}})) ==
        complaint("execution.json", "model_MoE is 1, expected true or false"));
}

TEST_CASE("any number of experts may be chosen for a token", "[strategy]") {  // M20
  CHECK(evaluation_of({{"/top_k_experts", "0"}}) == "(no error)");
  CHECK(evaluation_of({{"/top_k_experts", "9"}}) == "(no error)");
}

TEST_CASE("experts are shared out evenly", "[strategy]") {  // MU12
  CHECK(moe_message(with({{"/num_experts", "3"}})) ==
        complaint("execution.json", "num_experts is 3, expected a multiple of expert_par 2"));
  CHECK(moe_message(with({{"/expert_par", "8"}})) ==
        complaint("execution.json", "num_experts is 4, expected a multiple of expert_par 8"));
}

TEST_CASE("a dense model has neither expert parallelism nor slices", "[strategy]") {
  const JsonChange dense = {"/model_MoE", "false"};
  CHECK(moe_message(with({dense})) ==
        complaint("execution.json", "expert_par is 2, expected 1 when model_MoE is false"));
  CHECK(moe_message(with({dense, {"/expert_par", "1"}})) ==
        complaint("execution.json", "expert_slice is 2, expected 1 when model_MoE is false"));
  // M36: nor is its grid checked.
  CHECK(evaluation_of({dense, {"/expert_par", "1"}, {"/expert_slice", "1"}, {"/num_procs", "7"}}) ==
        "(no error)");
}

TEST_CASE("both grids of processors have to work out, once the networks do", "[strategy]") {  // MT5
  CHECK(evaluation_of({{"/num_procs", "16"}}) ==
        "num_procs is 16, expected tensor_par 2 * pipeline_par 2 * data_par 2");
  CHECK(evaluation_of({{"/data_par_exp", "3"}}) ==
        "num_procs is 8, expected expert_par 2 * expert_slice 2 * pipeline_par 2 * data_par_exp 3");
  CHECK(evaluation_of({{"/data_par_exp", "1000000000"},
                       {"/expert_slice", "1000000000"},
                       {"/expert_par_net", "0"},
                       {"/num_experts", "1000000000"},
                       {"/expert_par", "1000000000"}}) == "(no error)");  // too large a group: MT2
}

TEST_CASE("a mixture of experts overrides the communication type", "[strategy]") {
  const JsonChange all_reduce = {"/tensor_par_comm_type", "\"ar\""};
  const JsonChange redo = {"/seq_par_ag_redo", "true"};
  CHECK(read({all_reduce}).tensor_par_comm_type == TensorParCommType::kRsAg);
  CHECK(read({all_reduce, redo}).seq_par_ag_redo);
  const std::vector<JsonChange> alone = {
      all_reduce, {"/tensor_par", "1"}, {"/num_procs", "4"}, {"/expert_slice", "1"}};
  CHECK(read(alone).tensor_par_comm_type == TensorParCommType::kAr);
  std::vector<JsonChange> alone_redo = alone;
  alone_redo.push_back(redo);
  CHECK(moe_message(with(alone_redo)) ==
        complaint("execution.json",
                  "seq_par_ag_redo is true, expected false unless tensor_par_comm_type is "
                  "'rs_ag'"));
}

}  // namespace calculon::test
