// Names in place of files, results in place of executions, and what `list` and `import` print.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <filesystem>
#include <set>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "calculon/workload/parameter_count.h"
#include "support/program.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string name_of(const std::string& file) {
  return std::filesystem::path(file).stem().string();
}

}  // namespace

TEST_CASE("a bundled name stands for its file, whatever is in the current folder", "[cli]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder.file("models"));
  folder.write("models/llama-3.1-70b.json", "{}");
  folder.write("llama-3.1-70b", "{}");
  const ProgramResult result = run_built_program({"lpc", "llama-3.1-70b"}, folder.path());
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::StartsWith("llama-3.1-70b -> 70.554 G\n"));
  const ProgramResult evaluated = run_built_program(
      {"llm", "megatron-1T", "3072_t4_p64_d12_mbs4_full", "a100_80e", "-"}, folder.path());
  CHECK(evaluated.status == 0);
  CHECK_THAT(evaluated.out, Catch::Contains("Batch time"));
  CHECK(run_built_program({"loe", "megatron-22B", "8", "8", "fp16", "a100_80g", "best.json", "-n"},
                          folder.path())
            .status == 0);
}

TEST_CASE("an unknown name is told with a near one", "[cli]") {
  const ProgramResult result = run_program({"lpc", "llama-3.1-70"});
  CHECK(result.status == 2);
  CHECK(is_one_line(result.err));
  CHECK_THAT(result.err,
             Catch::StartsWith("calculon: llama-3.1-70: no bundled model is called so (did you "
                               "mean 'llama-3.1-70b'?); a file of your own ends in .json"));
  CHECK_THAT(run_program({"lpc", "GPT3-175b"}).err, Catch::Contains("'gpt3-175B'"));
  CHECK_THAT(run_program({"lpc", "a100_80g"}).err,
             Catch::Contains("called so (it is the name of a bundled system);"));
  CHECK_THAT(run_program({"llm", "gpt3-175B", "3072_t4", "a100_80g", "-"}).err,
             Catch::Contains("no bundled execution is called so"));
}

TEST_CASE("the list of models is complete, with the right counts", "[cli]") {
  const std::string list = source_text("models/README.md");
  std::set<std::string> names;
  for (const std::string& file : source_files("models", {".json"})) {
    const std::string name = name_of(file);
    INFO(name);
    CHECK(names.insert(lower(name)).second);  // also where file systems know no case
    const Transformer model = read_transformer(source_path(file));
    const bool published = model.details == ModelDetails();
    CHECK((published || name == lower(name)));
    const ModelParameters count = count_parameters(model);
    const auto total = published ? static_cast<std::int64_t>(model.num_parameters()) : count.total;
    CHECK_THAT(list, Catch::Contains("| `" + name + "` | " + grouped_digits(total) + " |"));
    if (count.active != count.total) {
      CHECK_THAT(list, Catch::Contains(" | " + grouped_digits(count.active) + " |"));
    }
  }
  for (const std::string& line : lines_of(list)) {
    if (line.starts_with("| `")) {
      const std::string name = line.substr(3, line.find('`', 3) - 3);
      CHECK(names.contains(lower(name)));
    }
  }
}

TEST_CASE("what comes with the program is listed, a line each", "[cli]") {
  const auto lines = [](const std::string& what) {
    const ProgramResult result = run_program({"list", what});
    CHECK(result.status == 0);
    CHECK(result.out.find("cannot be read") == std::string::npos);
    return lines_of(result.out).size();
  };
  CHECK(lines("models") == source_files("models", {".json"}).size());
  CHECK(lines("systems") == source_files("systems", {".json"}).size() - 1);  // not chips.json
  CHECK(lines("executions") >= 7);
  CHECK(lines("studies") >= 7);
  CHECK(lines("chips") >= 3);
  CHECK_THAT(run_program({"list", "models"}).out,
             Catch::Contains("671.0 G parameters (37.6 G active), 61 blocks of 7168"));
  CHECK(run_program({"list", "all"}).status == 2);
}

TEST_CASE("calculon list systems says how far calibrated ones can be trusted", "[cli]") {
  const ProgramResult result = run_program({"list", "systems"});
  CHECK_THAT(result.out,
             Catch::Contains("at 50 GB/s; calibrated (stack), fitted to 165 runs: 3.65 % off on "
                             "average, 8.89 % in nine of ten of 82 others\n") &&
                 Catch::Contains(
                     "; calibrated (transfer), fitted to 384 runs of another machine: 7.1 % off on "
                     "average, 17.73 % in nine of ten of these\n") &&
                 Catch::Contains("networks of 8 at 300 GB/s, 65,536 at 25 GB/s\n"));
}

TEST_CASE("a configuration becomes a model file that says where it is from", "[cli]") {
  const TempFolder folder;
  const std::string path = folder.write(
      "config.json", R"({"model_type": "mistral", "rope_theta": 10000.0, "hidden_size": 2048})");
  const std::string output = folder.file("model.json");
  const ProgramResult result = run_program({"import", path, "-o", output, "--seq", "2048"});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  const Json model = Json::parse(read_text_file(output));
  CHECK(model["hidden"] == 2048);
  CHECK(model["seq_size"] == 2048);
  CHECK(model["attn_kv_heads"] == 8);
  CHECK(model["provenance"]["source"] == "config.json");
  CHECK(model["provenance"]["left_alone"] == Json::array({"rope_theta"}));
  const auto first_line = [](const std::string& file) {
    return lines_of(run_program({"lpc", file, "-a", "0"}).out).at(1);
  };
  CHECK(first_line(path) == first_line(output));
  CHECK_THAT(run_program({"import", output, "-o", folder.file("again.json")}).err,
             Catch::Contains("is a model file already"));
}

TEST_CASE("a result of a search is an execution", "[cli]") {
  const TempFolder folder;
  const std::string model = folder.write("model.json", tiny_transformer_text());
  const std::string system = folder.write("system.json", tiny_system_text());
  const auto evaluated = [&](const std::string& execution) {
    const std::string stats = folder.file("stats.json");
    const ProgramResult result = run_program({"llm", model, execution, system, stats});
    INFO(result.err);
    CHECK(result.status == 0);
    return Json::parse(read_text_file(stats));
  };
  Arguments search = {"loe", model, "4", "4", "float16", system, "", "-t", "3"};
  for (const std::string name : {"best.json", "best.json.gz", "best.csv", "best.csv.gz"}) {
    search[6] = folder.file(name);
    REQUIRE(run_program(search).status == 0);
  }
  const Json results = Json::parse(read_text_file(folder.file("best.json")));
  for (const std::string number : {"0", "2"}) {
    for (const std::string name : {"best.json", "best.json.gz", "best.csv", "best.csv.gz"}) {
      INFO(name << "#" << number);
      CHECK(evaluated(folder.file(name) + "#" + number) == results.at(number).at("stats"));
    }
  }
  for (const std::string name : {"best.json", "best.csv"}) {
    const ProgramResult none = run_program({"llm", model, folder.file(name) + "#3", system, "-"});
    CHECK(none.status == 2);
    CHECK(none.err == "calculon: " + folder.file(name) + ": has no result 3, the last one is 2\n");
  }
  CHECK_THAT(run_program({"llm", model, model + "#0", system, "-"}).err,
             Catch::Contains("is no file of results"));
}

}  // namespace calculon::test
