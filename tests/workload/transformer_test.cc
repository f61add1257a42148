#include "calculon/workload/transformer.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"
#include "support/json_change.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

std::string message_with(const JsonChange& change) {
  const std::string text = changed(tiny_transformer_text(), change);
  return input_error_of([&] { parse_transformer("model.json", text); });
}

}  // namespace

TEST_CASE("a model file is read", "[workload]") {
  const Transformer model = tiny_transformer();
  CHECK(model.hidden == 192);
  CHECK(model.feedforward == 768);
  CHECK(model.seq_size == 48);
  CHECK(model.attn_heads == 24);
  CHECK(model.attn_size == 8);
  CHECK(model.num_blocks == 12);
  CHECK(model.details == ModelDetails{});
}

TEST_CASE("each of a model's keys has to be a positive count", "[workload]") {  // U01
  for_each_field(kTransformerFields, [](const auto& field) {
    const std::string key(field.name);
    CHECK_THAT(message_with({"/" + key, ""}),
               Catch::StartsWith("model.json lacks the key '" + key + "'"));
    for (const std::string value : {"0", "-4", "2.5", "\"8\"", "null"}) {
      CHECK(message_with({"/" + key, value}) ==
            "model.json: " + key + " is " + value + ", expected an integer from 1 to 1000000000");
    }
  });
}

TEST_CASE("a model file says nothing that is not read", "[workload]") {  // KC1, KC3
  CHECK(message_with({"/num_block", "12"}) ==
        "model.json has the unknown key 'num_block' (did you mean 'num_blocks'?)");
  CHECK(message_with({"/moe_topk", "null"}) == "model.json has the unknown key 'moe_topk'");
  for (const std::string key : {"name", "notes", "source", "provenance"}) {
    CHECK(message_with({"/" + key, "[1]"}) == "(no error)");
  }
}

TEST_CASE("a misspelt key of a model is pointed at", "[workload]") {
  const std::string renamed =
      changed(changed(tiny_transformer_text(), {"/hidden", ""}), {"/hiden", "192"});
  CHECK(input_error_of([&] { parse_transformer("model.json", renamed); }) ==
        "model.json lacks the key 'hidden' (there is a 'hiden')");
  CHECK(input_error_of([&] { parse_transformer("model.json", R"({"hidden": 192})"); }) ==
        "model.json lacks the keys 'feedforward', 'seq_size', 'attn_heads', 'attn_size' and "
        "'num_blocks'");
  CHECK(input_error_of([&] { parse_transformer("model.json", "[]"); }) ==
        "model.json is an array of 0, expected an object");
}

TEST_CASE("a file in the place of a model is told", "[workload]") {
  CHECK(input_error_of([&] { parse_transformer("s.json", tiny_system_text()); }) ==
        "s.json is a system file, expected a model file");
  CHECK(input_error_of([&] { parse_transformer("e.json", tiny_strategy_text()); }) ==
        "e.json is an execution file, expected a model file");
}

TEST_CASE("each detail of a model is read, and null is as good as absent", "[workload]") {  // KC2
  for_each_field(kModelDetailFields, [](const auto& field) {
    const std::string key(field.name);
    INFO(key);
    CHECK(message_with({"/" + key, "null"}) == "(no error)");
    CHECK(message_with({"/" + key, "[]"}).starts_with("model.json: " + key + " is an array of 0"));
    CHECK(message_with({"/" + key, "-1"}).starts_with("model.json: " + key + " is -1, expected "));
  });
}

TEST_CASE("the details of a model do not contradict each other", "[workload]") {  // KC4, KC5, KC6
  CHECK(message_with({"/attn_kv_heads", "5"}) ==
        "model.json: attn_kv_heads is 5, expected a divisor of attn_heads 24 (rule KC4)");
  CHECK(message_with({"/attn_kind", "\"mla\""}) ==
        "model.json: mla_kv_rank is 0, expected at least 1, since attn_kind is mla (rule KC5)");
  CHECK(message_with({"/num_experts", "8"}) ==
        "model.json: top_k_experts is 0, expected 1 to num_experts 8 (rule KC6)");
  const auto with_experts = [](const JsonChange& change) {
    const std::string experts =
        changed(changed(tiny_transformer_text(), {"/num_experts", "8"}), {"/top_k_experts", "2"});
    return input_error_of([&] { parse_transformer("model.json", changed(experts, change)); });
  };
  CHECK(
      with_experts({"/moe_feedforward", "0"}) ==
      "model.json: moe_feedforward is 0, expected an integer from 1, since there are experts (rule "
      "KC6)");
  CHECK(with_experts({"/moe_first_dense_blocks", "11"}) == "(no error)");
  CHECK_THAT(with_experts({"/moe_first_dense_blocks", "12"}),
             Catch::StartsWith("model.json: num_experts is 8, but no block has experts"));
}

TEST_CASE("what the published models leave out of an answer is known", "[workload]") {
  const auto unused = [](const std::vector<JsonChange>& changes) {
    std::string text = tiny_transformer_text();
    for (const JsonChange& change : changes) {
      text = changed(text, change);
    }
    return unused_details(parse_transformer("model.json", text));
  };
  using Names = std::vector<std::string_view>;
  CHECK(unused({}).empty());
  CHECK(unused({{"/attn_kv_heads", "24"}, {"/mlp_gated", "false"}, {"/vocab_size", "0"}}).empty());
  CHECK(unused({{"/attn_kv_heads", "8"}, {"/mlp_gated", "true"}, {"/vocab_size", "32000"}}) ==
        Names{"vocab_size", "attn_kv_heads", "mlp_gated"});
  CHECK(unused({{"/num_experts", "8"}, {"/top_k_experts", "2"}}) == Names{"num_experts"});
}

TEST_CASE("parameters are counted with biases and embeddings", "[workload]") {
  const Transformer model{2, 8, 4, 2, 1, 3, {}};
  const double mlp = 2 * 2 * 8 + 2 + 8;
  const double attention = 4 * 2 * 2 + 3 * 2 + 2;
  CHECK(model.num_parameters() == 3 * (mlp + attention + 4 * 2) + (51200 + 4) * 2);
}

}  // namespace calculon::test
