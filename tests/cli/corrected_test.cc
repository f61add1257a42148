// The corrected methodology from end to end: how it is asked for, what it refuses, and that its
// results can be asked again.
#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "support/json_change.h"
#include "support/search_files.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

struct CorrectedFiles : SearchFiles {
  CorrectedFiles() {
    folder.write("system.json", tiny_moe_system_text());
    execution = folder.write("execution.json", tiny_strategy_text());
    max_batch_size = "4";
  }

  ProgramResult llm(const std::string& file, const Arguments& options = {}) const {
    Arguments all = {"llm", model, file, system, folder.file("stats.json")};
    all.insert(all.end(), options.begin(), options.end());
    return run_program(all);
  }
  Json stats(const std::string& file, const Arguments& options = {}) const {
    const ProgramResult result = llm(file, options);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return Json::parse(text("stats.json"));
  }

  std::string execution;
};

}  // namespace

TEST_CASE("an execution is answered with its quirks put right where it or the user says so",
          "[cli][corrected]") {
  const CorrectedFiles files;
  const std::string told = files.folder.write(
      "told.json", changed(tiny_strategy_text(), {"/methodology", "\"corrected\""}));
  const Json published = files.stats(files.execution);
  const Json fixed = files.stats(files.execution, {"--quirks", "fixed"});
  CHECK(published["weight_grad_space"] != fixed["weight_grad_space"]);
  CHECK_FALSE(published.contains("vocabulary_time"));
  CHECK(fixed["vocabulary_time"] == 0);
  CHECK(files.stats(told) == fixed);
  CHECK(files.stats(files.execution, {"--methodology", "corrected"}) == fixed);
  CHECK(files.stats(files.execution, {"--quirks", "published"}) == published);
}

TEST_CASE("options that contradict a corrected execution are told", "[cli][corrected]") {
  const CorrectedFiles files;
  const std::string told = files.folder.write(
      "told.json", changed(tiny_strategy_text(), {"/methodology", "\"corrected\""}));
  const auto error = [&](const std::string& file, const Arguments& options) {
    const ProgramResult result = files.llm(file, options);
    CHECK(result.status == 2);
    return result.err;
  };
  CHECK(error(told, {"--quirks", "published"}) ==
        "calculon: --quirks published asks for the published model, but " + told +
            " for the corrected one\n");
  CHECK(error(files.execution, {"--quirks", "fixed", "--methodology", "calculon"}) ==
        "calculon: --methodology calculon asks for the published model, but --quirks fixed for the "
        "corrected one\n");
  const std::string other =
      files.folder.write("other.json", changed(tiny_strategy_text(), {"/methodology", "\"fast\""}));
  CHECK_THAT(error(other, {"--quirks", "published"}), Catch::StartsWith("calculon: "));
}

TEST_CASE("what the corrected model has no layers for is refused by name", "[cli][corrected]") {
  const CorrectedFiles files;
  files.folder.write("model.json", changed(tiny_transformer_text(), {"/attn_window", "16"}));
  CHECK(files.llm(files.execution).status == 0);
  const ProgramResult result = files.llm(files.execution, {"--quirks", "fixed"});
  CHECK(result.status == 2);
  CHECK(result.err ==
        "calculon: the model's attn_window is 16, of which the corrected model has no layers: "
        "expected 0; the calibrated methodology has them\n");
  CHECK(files.run("loe", "out.json", {"--quirks", "fixed"}).err == result.err);
}

TEST_CASE("results of corrected searches can be asked again", "[cli][corrected]") {
  const CorrectedFiles files;
  for (const std::string output : {"out.json", "out.csv"}) {
    const ProgramResult result = files.run("loe", output, {"--quirks", "fixed"});
    INFO(result.err);
    REQUIRE(result.status == 0);
    Json again = files.stats(files.folder.file(output) + "#0");
    CHECK(again.contains("vocabulary_time"));
    if (output == "out.json") {
      const Json best = Json::parse(files.text(output))["0"];
      CHECK(best["execution"]["methodology"] == "corrected");
      again.erase("inputs");
      CHECK(best["stats"] == again);
    }
  }
}

TEST_CASE("corrected searches of mixtures open what published ones fix", "[cli][corrected]") {
  const CorrectedFiles files;
  const ProgramResult published = files.run("loe-moe-flex", "out.json", {"--moe", "2"});
  INFO(published.err);
  REQUIRE(published.status == 0);
  const ProgramResult rows =
      files.run("lae", "rows.csv",
                {"--moe", "2", "--flexible", "--quirks", "fixed", "--columns",
                 "activation_recompute,weight_offload,tensor_par_comm_type"});
  INFO(rows.err);
  REQUIRE(rows.status == 0);
  const auto lines = files.lines("rows.csv");
  const auto has = [&](const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  CHECK(has("full,True,rs_ag"));
  CHECK(has("attn_only,False,rs_ag"));
  CHECK_FALSE(has("none,False,ar"));
}

TEST_CASE("a corrected search takes the experts from a model that says them", "[cli][corrected]") {
  const CorrectedFiles files;
  const std::string experts = changed(tiny_transformer_text(), {"/num_experts", "4"});
  files.folder.write("model.json", changed(experts, {"/top_k_experts", "1"}));
  REQUIRE(files.run("loe-moe", "out.json", {"--quirks", "fixed"}).status == 0);
  const Json best = Json::parse(files.text("out.json"))["0"]["execution"];
  CHECK(best["num_experts"] == 4);
  CHECK(best["top_k_experts"] == 1);
  CHECK_THAT(files.run("loe", "out.json", {"--quirks", "fixed"}).err,
             Catch::StartsWith("calculon: the model's num_experts is 4, expected a search of "
                               "mixtures: loe-moe"));
  CHECK(files.run("loe-moe", "out.json", {"--quirks", "fixed", "--moe", "8"}).err ==
        "calculon: num_experts is 8, expected 4 as the model has\n");
}

}  // namespace calculon::test
