#include "calculon/strategy/strategy.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"
#include "support/json_change.h"
#include "support/preset_rows.h"
#include "support/tiny.h"
#include "text/json_report.h"

namespace calculon::test {
namespace {

// Deviations from an execution on 8 processors with 2 of each parallelism.
struct Mistake {
  std::vector<JsonChange> changes;
  std::string message;  // without the file
};

std::string valid_text() {
  std::string text = tiny_strategy_text();
  for (const JsonChange& change : std::vector<JsonChange>{
           {"/num_procs", "8"}, {"/tensor_par", "2"}, {"/pipeline_par", "2"}, {"/data_par", "2"}}) {
    text = changed(text, change);
  }
  return text;
}

std::string message_of(const std::string& text) {
  return input_error_of([&] { parse_strategy("execution.json", text); });
}

void check_mistakes(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    std::string text = valid_text();
    for (const JsonChange& change : mistake.changes) {
      text = changed(text, change);
    }
    CHECK(message_of(text) == complaint("execution.json", mistake.message));
  }
}

}  // namespace

TEST_CASE("an execution file is read as it stands", "[strategy]") {
  CHECK(message_of(valid_text()) == "(no error)");
  const Strategy s = parse_strategy("execution.json", valid_text()).strategy;
  CHECK(s.num_procs == 8);
  CHECK(s.data_par_net == 1);
  CHECK(s.tensor_par_comm_type == TensorParCommType::kAr);
  CHECK(s.training);
  CHECK(to_json(s) == Json::parse(valid_text()));
}

TEST_CASE("an execution has exactly its 23 keys", "[strategy]") {
  const auto keys = settings_of(Preset::kCalculon);
  CHECK(keys.size() == 23);
  for (const std::string_view name : keys) {
    const std::string key(name);
    CHECK_THAT(message_of(changed(valid_text(), {"/" + key, ""})),
               Catch::StartsWith("execution.json lacks the key '" + key + "'"));
  }
  check_mistakes({
      {{{"/color", "1"}}, "has the unknown key 'color'"},
      {{{"/trainig", "true"}}, "has the unknown key 'trainig' (did you mean 'training'?)"},
      {{{"/training", ""}, {"/trainig", "true"}},
       "lacks the key 'training' (there is a 'trainig')"},
  });
  CHECK(message_of("3") == "execution.json is 3, expected an object");
}

TEST_CASE("all keys that an execution lacks are named at once", "[strategy]") {
  const std::string text = changed(changed(valid_text(), {"/training", ""}), {"/datatype", ""});
  CHECK(message_of(text) == "execution.json lacks the keys 'datatype' and 'training'");
}

TEST_CASE("people may write notes into an execution file", "[strategy]") {
  std::string text = valid_text();
  for (const std::string key : {"name", "notes", "source", "provenance"}) {
    text = changed(text, {"/" + key, R"({"anything": [1]})"});
  }
  CHECK(parse_strategy("execution.json", text).strategy ==
        parse_strategy("execution.json", valid_text()).strategy);
  CHECK(message_of(changed(text, {"/note", "1"})) ==
        "execution.json has the unknown key 'note' (did you mean 'notes'?)");
}

TEST_CASE("datatypes have short spellings, which are not written", "[strategy]") {
  const std::vector<std::pair<std::string, Datatype>> spellings = {{"fp32", Datatype::kFloat32},
                                                                   {"fp16", Datatype::kFloat16},
                                                                   {"bf16", Datatype::kBfloat16},
                                                                   {"fp8", Datatype::kFloat8},
                                                                   {"fp4", Datatype::kFloat4}};
  for (const auto& [spelling, datatype] : spellings) {
    const StrategyFile file = parse_strategy(
        "execution.json", changed(valid_text(), {"/datatype", "\"" + spelling + "\""}));
    CHECK_FALSE(file.datatype_error);
    CHECK(file.strategy.datatype == datatype);
    CHECK(to_json(file.strategy)["datatype"] == enum_name(datatype));
  }
  CHECK(parse_strategy("execution.json", changed(valid_text(), {"/datatype", "\"FP16\""}))
            .datatype_error);
}

TEST_CASE("counts of an execution are positive", "[strategy]") {  // U11-U14, U16, U17, U23, G8
  for (const std::string key : {"num_procs", "tensor_par", "pipeline_par", "data_par", "batch_size",
                                "microbatch_size", "pipeline_interleaving"}) {
    for (const std::string value : {"0", "-1", "1.5", "true"}) {
      check_mistakes({{{{"/" + key, value}},
                       key + " is " + value + ", expected an integer from 1 to 1000000000"}});
    }
  }
  for (const std::string key : {"tensor_par_net", "pipeline_par_net", "data_par_net"}) {
    check_mistakes(
        {{{{"/" + key, "-1"}}, key + " is -1, expected an integer from 0 to 1000000000"}});
  }
}

TEST_CASE("switches of an execution are true or false", "[strategy]") {
  for (const std::string key :
       {"fused_activation", "optimizer_sharding", "seq_par_ag_redo", "data_par_overlap",
        "weight_offload", "activations_offload", "optimizer_offload", "training"}) {
    check_mistakes({{{{"/" + key, "1"}}, key + " is 1, expected true or false"}});
  }
}

TEST_CASE("choices of an execution are among their names", "[strategy]") {  // U20, U21, U26, U27
  check_mistakes({
      {{{"/attention_type", "\"multi\""}},
       "attention_type is \"multi\", expected multihead or multiquery"},
      {{{"/attention_type", "\"multi_head\""}},
       "attention_type is \"multi_head\", expected multihead or multiquery (did you mean "
       "'multihead'?)"},
      {{{"/activation_recompute", "\"Full\""}},
       "activation_recompute is \"Full\", expected full, attn_only or none (did you mean "
       "'full'?)"},
      {{{"/tensor_par_comm_type", "\"rsag\""}},
       "tensor_par_comm_type is \"rsag\", expected ar, p2p_rs_ag or rs_ag (did you mean "
       "'rs_ag'?)"},
      {{{"/tensor_par_overlap", "true"}},
       "tensor_par_overlap is true, expected none, ring or pipe"},
      {{{"/datatype", "16"}},
       "datatype is 16, expected float8, float16, float32, bfloat16 or float4"},
  });
}

TEST_CASE("an unknown datatype is kept until the networks have been looked at", "[strategy]") {
  const StrategyFile file =
      parse_strategy("execution.json", changed(valid_text(), {"/datatype", "\"float_16\""}));
  REQUIRE(file.datatype_error);
  CHECK(std::string(file.datatype_error->what()) ==
        "execution.json: datatype is \"float_16\", expected float8, float16, float32, bfloat16 or "
        "float4 "
        "(did you mean 'float16'?)");
}

TEST_CASE("degrees, batch and microbatch have to work out", "[strategy]") {  // U15, U18, U19
  check_mistakes({
      {{{"/num_procs", "9"}},
       "num_procs is 9, expected tensor_par 2 * pipeline_par 2 * data_par 2"},
      {{{"/tensor_par", "1000000000"},
        {"/pipeline_par", "1000000000"},
        {"/data_par", "1000000000"}},
       "num_procs is 8, expected tensor_par 1000000000 * pipeline_par 1000000000 * data_par "
       "1000000000"},
      {{{"/batch_size", "47"}}, "batch_size is 47, expected a multiple of data_par 2"},
      {{{"/microbatch_size", "5"}},
       "microbatch_size is 5, expected a divisor of batch_size 48 / data_par 2 = 24"},
  });
}

TEST_CASE("settings that need another one say so", "[strategy]") {  // U22, U24-U33
  const std::vector<JsonChange> no_data = {{"/data_par", "1"}, {"/num_procs", "4"}};
  const auto with = [](std::vector<JsonChange> changes, const JsonChange& one) {
    changes.push_back(one);
    return changes;
  };
  check_mistakes({
      {{{"/activation_recompute", "\"full\""}, {"/training", "false"}},
       "activation_recompute is full, expected 'none' unless training is true"},
      {{{"/activation_recompute", "\"attn_only\""}, {"/training", "false"}},
       "activation_recompute is attn_only, expected 'none' unless training is true"},
      {{{"/pipeline_par", "1"}, {"/num_procs", "4"}, {"/pipeline_interleaving", "2"}},
       "pipeline_interleaving is 2, expected 1 when pipeline_par is 1"},
      {with(no_data, {"/optimizer_sharding", "true"}),
       "optimizer_sharding is true, expected false when data_par is 1"},
      {{{"/tensor_par", "1"}, {"/num_procs", "4"}, {"/tensor_par_overlap", "\"ring\""}},
       "tensor_par_overlap is ring, expected 'none' when tensor_par is 1"},
      {{{"/tensor_par", "1"}, {"/num_procs", "4"}, {"/tensor_par_overlap", "\"pipe\""}},
       "tensor_par_overlap is pipe, expected 'none' when tensor_par is 1"},
      {{{"/seq_par_ag_redo", "true"}},
       "seq_par_ag_redo is true, expected false unless tensor_par_comm_type is 'rs_ag'"},
      {{{"/seq_par_ag_redo", "true"},
        {"/tensor_par_comm_type", "\"rs_ag\""},
        {"/activation_recompute", "\"full\""}},
       "seq_par_ag_redo is true, expected false when activation_recompute is 'full'"},
      {{{"/data_par_overlap", "true"}, {"/training", "false"}},
       "data_par_overlap is true, expected false unless training is true"},
      {with(no_data, {"/data_par_overlap", "true"}),
       "data_par_overlap is true, expected false when data_par is 1"},
      {{{"/optimizer_offload", "true"}, {"/training", "false"}},
       "optimizer_offload is true, expected false unless training is true"},
  });
}

}  // namespace calculon::test
