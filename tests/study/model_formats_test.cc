// Studies of models in other formats, and of executions out of results.
#include <catch2/catch.hpp>

#include "study/spec/study.h"
#include "support/program.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {

TEST_CASE("an axis changes keys of a configuration of Hugging Face", "[study]") {
  const TempFolder folder;
  folder.write("config.json", R"({"model_type": "llama", "hidden_size": 1024})");
  folder.write("system.json", tiny_system_text());
  const std::string inline_model = R"({"model_type": "llama", "hidden_size": 1024})";
  for (const std::string& model : {std::string("\"config.json\""), inline_model}) {
    const Json file = Json::parse(R"({
        "calculon_study": 1, "title": "lengths", "system": "system.json",
        "search": {"num_procs": 4, "max_batch": 4, "datatype": "float16"},
        "axes": [{"name": "seq", "path": "model.seq_size", "values": [1024, 2048]}],
        "model": )" + model + "}");
    Documents documents(folder.path(), "");
    const Study study(JsonReader("study.json", file), {}, documents);
    REQUIRE(study.size() == 2);
    CHECK(study.document(0, "model")["hidden"] == 1024);
    CHECK(study.document(0, "model")["seq_size"] == 1024);
    CHECK(study.document(1, "model")["seq_size"] == 2048);
  }
}

TEST_CASE("a study takes the result of a search as its execution", "[study]") {
  const TempFolder folder;
  const std::string model = folder.write("model.json", tiny_transformer_text());
  const std::string system = folder.write("system.json", tiny_system_text());
  REQUIRE(
      run_program({"loe", model, "4", "4", "float16", system, folder.file("best.json")}).status ==
      0);
  const Json file = Json::parse(R"({"calculon_study": 1, "title": "the best", "model": "model.json",
      "system": "system.json", "execution": "best.json#0"})");
  Documents documents(folder.path(), "");
  const Study study(JsonReader("study.json", file), {}, documents);
  CHECK(study.document(0, "execution")["num_procs"] == 4);
}

}  // namespace calculon::test
