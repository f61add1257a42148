// What is faster than its machine is said to be impossible, by whatever command.
#include <catch2/catch.hpp>
#include <set>

#include "base/json_reader.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// Mixtral 8x7B on 16 processors, slices of its experts over 8 of them, no tensor parallelism.
struct FastMixture {
  TempFolder folder;
  std::string model =
      folder.write("model.json", R"({"hidden": 4096, "feedforward": 14336, "seq_size": 2048,
                        "attn_heads": 32, "attn_size": 128, "num_blocks": 32})");
  std::string system = source_path("systems/H100_80g.json");

  ProgramResult search(const std::string& command, const std::string& output,
                       const Arguments& options) const {
    Arguments arguments = {
        command, model,          "16",   "128",        "float16",     system, output, "--moe",
        "8",     "--activation", "silu", "--tp",       "1",           "--pp", "2",    "--ep",
        "1",     "--recompute",  "none", "--distinct", "--no-offload"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_program(arguments);
  }
};

constexpr auto kNeeds =
    "impossible[^\n]*needs 1\\d\\d\\d\\.\\d\\d of 989\\.50 TFLOP/s per processor for[^\n]*";

}  // namespace

TEST_CASE("the best of a search that no machine can do is called impossible", "[cli][notes]") {
  const FastMixture mixture;
  const ProgramResult best = mixture.search("loe-moe-flex", mixture.folder.file("best.json"), {});
  CHECK(best.status == 0);
  CHECK_THAT(best.out, Catch::Matches("[^]*\nNotes\n  " + std::string(kNeeds) + "\n[^]*"));
  CHECK_THAT(best.out, Catch::Contains("\n  quirk M1 (#0): 70.67% of the model's matrix products"));
  const ProgramResult whole =
      mixture.search("loe-moe-flex", mixture.folder.file("best.json"), {"--no-lost-work", "-n"});
  CHECK(whole.status == 0);
  CHECK_THAT(whole.out, !Catch::Contains("impossible") && !Catch::Contains("quirk M1"));
}

TEST_CASE("rows that no machine can do are counted", "[cli][notes]") {
  const FastMixture mixture;
  const std::string output = mixture.folder.file("rows.csv");
  const ProgramResult rows =
      mixture.search("lae", output, {"--flexible", "--columns", "sample_rate"});
  CHECK(rows.status == 0);
  CHECK_THAT(rows.err, Catch::Matches("note: impossible: \\d+ rows [^\n]*\n"));
  const ProgramResult whole = mixture.search(
      "lae", output, {"--flexible", "--columns", "sample_rate", "--no-lost-work", "-n"});
  CHECK(whole.status == 0);
  CHECK(whole.err.empty());
}

TEST_CASE("a study tells which of its points no machine can do", "[cli][notes][study]") {
  const FastMixture mixture;
  const Json search = {{"num_procs", 16},
                       {"max_batch", 128},
                       {"datatype", "float16"},
                       {"experts", 8},
                       {"activation", "silu"},
                       {"flexible", true},
                       {"distinct", true},
                       {"tensor_par", 1},
                       {"pipeline_par", 2},
                       {"expert_par", 1},
                       {"top", 1}};
  const Json study = {
      {"calculon_study", 1},
      {"title", "slices"},
      {"model", "model.json"},
      {"system", "H100_80g"},
      {"search", search},
      {"axes",
       Json::array({{{"name", "slices"}, {"path", "search.expert_slice"}, {"values", {1, 8}}}})}};
  const std::string file = mixture.folder.write("study.json", study.dump());
  const ProgramResult run =
      run_program({"study", "run", file, "-o", mixture.folder.file("results")});
  INFO(run.err);
  CHECK(run.status == 0);
  CHECK_THAT(run.err, Catch::Matches("[^]*note: impossible: the best executions of 1 point; the "
                                     "worst needs 1\\d\\d\\d\\.\\d\\d of 989\\.50 TFLOP/s[^]*"));
  CHECK_THAT(run.err, Catch::Contains("note: quirk M1: the best executions of 1 point"));
}

}  // namespace calculon::test
