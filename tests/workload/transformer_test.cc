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

TEST_CASE("a model file is read, and its further keys are not", "[workload]") {
  const Transformer model = tiny_transformer();
  CHECK(model.hidden == 192);
  CHECK(model.feedforward == 768);
  CHECK(model.seq_size == 48);
  CHECK(model.attn_heads == 24);
  CHECK(model.attn_size == 8);
  CHECK(model.num_blocks == 12);
  CHECK(message_with({"/comment", "\"a note\""}) == "(no error)");
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

TEST_CASE("a misspelt key of a model is pointed at", "[workload]") {
  const std::string text = R"({"hiden": 192})";
  CHECK(input_error_of([&] { parse_transformer("model.json", text); }) ==
        "model.json lacks the key 'hidden' (there is a 'hiden')");
  CHECK(input_error_of([&] { parse_transformer("model.json", "[]"); }) ==
        "model.json is an array of 0, expected an object");
}

TEST_CASE("parameters are counted with biases and embeddings", "[workload]") {
  const Transformer model{2, 8, 4, 2, 1, 3};
  const double mlp = 2 * 2 * 8 + 2 + 8;
  const double attention = 4 * 2 * 2 + 3 * 2 + 2;
  CHECK(model.num_parameters() == 3 * (mlp + attention + 4 * 2) + (51200 + 4) * 2);
}

}  // namespace calculon::test
