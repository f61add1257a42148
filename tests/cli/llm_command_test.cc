#include <catch2/catch.hpp>
#include <filesystem>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/block/layer_stats.h"
#include "calculon/statistics/stats.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

// The tiny inputs as files, and a place for outputs.
struct Files {
  TempFolder folder;
  std::string model = folder.write("model.json", tiny_transformer_text());
  std::string execution = folder.write("execution.json", tiny_strategy_text());
  std::string system = folder.write("system.json", tiny_system_text());

  ProgramResult llm(const std::string& stats, const Arguments& options = {},
                    bool color = false) const {
    Arguments arguments = {"llm", model, execution, system, stats};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_program(arguments, color);
  }
  Json json(std::string_view name) const { return Json::parse(read_text_file(folder.file(name))); }
};

void check_llm_mistake(const ProgramResult& result, const std::string& message) {
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(is_one_line(result.err));
  CHECK_THAT(result.err, Catch::StartsWith("calculon: " + message));
}

}  // namespace

TEST_CASE("statistics go to a file, whole and in order", "[cli]") {
  const Files files;
  for (const std::string name : {"stats.json", "stats.json.gz"}) {
    const ProgramResult result = files.llm(files.folder.file(name));
    CHECK(result.status == 0);
    CHECK(result.out.empty());
    CHECK(result.err.empty());
    const Json json = files.json(name);
    CHECK(json.size() == 96);
    CHECK(json.begin().key() == kStatsFields[0].name);
    CHECK(json["total_time"] > 0);
  }
  CHECK(files.json("stats.json") == files.json("stats.json.gz"));
  CHECK(raw_bytes(files.folder.file("stats.json")).starts_with("{\n  \"block_fw_flops\": "));
}

TEST_CASE("a forward-only run has one statistic that is null", "[cli]") {
  const Files files;
  files.folder.write("execution.json", changed(tiny_strategy_text(), {"/training", "false"}));
  REQUIRE(files.llm(files.folder.file("stats.json")).status == 0);
  const Json json = files.json("stats.json");
  for (const auto& item : json.items()) {
    CHECK(item.value().is_null() == (item.key() == "act_checkpoint_size_with_offload"));
  }
}

TEST_CASE("layers are added on request", "[cli]") {
  const Files files;
  REQUIRE(files.llm(files.folder.file("stats.json"), {"-l"}).status == 0);
  const Json json = files.json("stats.json");
  REQUIRE(json.size() == 96 + 1);
  CHECK(json["layers"].size() == 24);
  CHECK(json["layers"][0].size() == kLayerStatsFields.size() + 1);
  CHECK(files.llm("-", {"--layers"}).out == files.llm("-").out);
}

TEST_CASE("-m of published commands is taken and changes nothing", "[cli]") {  // M33
  const Files files;
  CHECK(files.llm("-", {"-m"}).status == 0);
  CHECK(files.llm("-", {"-m"}).out == files.llm("-").out);
}

TEST_CASE("an output that cannot be written leaves none of the others behind", "[cli]") {
  const Files files;
  const std::string stats = files.folder.file("stats.json.gz");
  const std::string peers = files.folder.file("peers.json");
  const std::string full = "/dev/full: cannot be written: No space left on device";
  check_llm_mistake(files.llm(stats, {"-p", "/dev/full"}), full);
  check_llm_mistake(files.llm("/dev/full", {"-p", peers}), full);
  check_llm_mistake(files.llm("-", {"-p", "/dev/full"}), full);
  CHECK_FALSE(std::filesystem::exists(stats));
  CHECK_FALSE(std::filesystem::exists(peers));
}

TEST_CASE("peers go to a file beside the statistics", "[cli]") {
  const Files files;
  const std::string peers = files.folder.file("peers.json");
  REQUIRE(files.llm(files.folder.file("stats.json"), {"-p", peers}).status == 0);
  CHECK(files.json("peers.json") == Json::parse(R"({"0": {}})"));
  std::string text = tiny_strategy_text();
  for (const std::string key : {"/tensor_par", "/pipeline_par"}) {
    text = changed(text, {key, "2"});
  }
  files.folder.write("execution.json", changed(text, {"/num_procs", "4"}));
  REQUIRE(files.llm("-", {"--peers", peers + ".json.gz"}).status == 0);
  CHECK(files.json("peers.json.json.gz")["1"] ==
        Json::parse(R"({"tensor": [0, 1], "pipeline": 3})"));
}

TEST_CASE("colors are for terminals", "[cli]") {
  const Files files;
  const std::string escape = "\x1b[";
  CHECK(files.llm("-", {}, false).out.find(escape) == std::string::npos);
  CHECK(files.llm("-", {}, true).out.find(escape) != std::string::npos);
}

TEST_CASE("a wrong ending is told before anything is evaluated", "[cli]") {
  Files files;
  const std::string expected = ": unknown kind of file, expected a name ending in .json, ";
  check_llm_mistake(files.llm("stats.txt"), "stats.txt" + expected);
  check_llm_mistake(files.llm("stats.csv"), "stats.csv" + expected);
  check_llm_mistake(files.llm("-", {"-p", "peers"}), "peers" + expected);
  files.model = "model.yaml";
  check_llm_mistake(files.llm("-"), "model.yaml" + expected);
  files.folder.write("model.json", "no JSON");
  files.model = files.folder.file("model.json");
  check_llm_mistake(files.llm("stats.txt"), "stats.txt" + expected);
}

TEST_CASE("inputs are read in order, and the first mistake speaks", "[cli]") {
  Files files;
  files.folder.write("system.json", "{");
  check_llm_mistake(files.llm("-"), files.system + ": not valid JSON at line 1, column ");
  files.folder.write("execution.json", "{}");
  check_llm_mistake(files.llm("-"),
                    files.execution + " lacks the keys 'num_procs', 'tensor_par', ");
  files.folder.write("model.json", "[]");
  check_llm_mistake(files.llm("-"), files.model + " is an array of 0, expected an object");
  files.model = files.folder.file("none.json");
  check_llm_mistake(files.llm("-"), files.model + ": cannot be opened: No such file or directory");
}

TEST_CASE("only one input comes on standard input", "[cli]") {
  Files files;
  files.model = files.system = "-";
  check_llm_mistake(files.llm("-"), "-: standard input can be read only once");
}

TEST_CASE("an infeasible execution is told with its shares and the closest change",
          "[cli]") {  // G6
  const Files files;
  files.folder.write("system.json", changed(tiny_system_text(), {"/mem1/GiB", "0.001"}));
  const ProgramResult result = files.llm("-");
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Catch::StartsWith("calculon: infeasible: memory tier 1 needs "));
  for (const std::string what : {"weights", "activations", "activation checkpoints",
                                 "activation gradients", "weight gradients", "optimizer state"}) {
    CHECK_THAT(result.err, Catch::Contains("\n  " + what + " "));
  }
  CHECK_THAT(result.err, Catch::Contains("\nclosest change: "));
  files.folder.write("system.json", changed(tiny_system_text(), {"/networks/0/size", "1"}));
  files.folder.write("execution.json", changed(changed(tiny_strategy_text(), {"/num_procs", "2"}),
                                               {"/tensor_par", "2"}));
  CHECK_THAT(files.llm("-").err,
             Catch::StartsWith("calculon: infeasible: network tier 0 is too small: it connects 1 "
                               "processors, 2 are needed\nclosest change: tensor_par_net 0 -> 1, "
                               "which fits, with a batch time of "));
}

TEST_CASE("an output that exists is kept when there is no answer", "[cli]") {
  const Files files;
  const std::string stats = files.folder.write("stats.json", "precious");
  files.folder.write("system.json", changed(tiny_system_text(), {"/mem1/GiB", "0"}));
  CHECK(files.llm(stats).status == 1);
  CHECK(raw_bytes(stats) == "precious");
  files.folder.write("system.json", "{}");
  CHECK(files.llm(stats).status == 2);
  CHECK(raw_bytes(stats) == "precious");
  CHECK(files.folder.names().size() == 4);
}

TEST_CASE("an output that cannot be written is told", "[cli]") {
  const Files files;
  const std::string nowhere = files.folder.file("none/stats.json");
  check_llm_mistake(files.llm(nowhere), nowhere + ": cannot be opened for writing: No such file");
}

TEST_CASE("the built program evaluates what comes on standard input", "[cli]") {
  const Files files;
  const std::string program = program_path();
  const ProgramResult result =
      run_shell(program + " llm - execution.json system.json - <model.json", files.folder.path());
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  CHECK(result.out == files.llm("-").out);
}

TEST_CASE("notes stand before the published report, or beside a file on standard error",
          "[cli][notes]") {
  const Files files;
  files.folder.write("model.json", changed(tiny_transformer_text(), {"/num_blocks", "11"}));
  files.folder.write(
      "execution.json",
      changed(changed(changed(tiny_strategy_text(), {"/num_procs", "2"}), {"/pipeline_par", "2"}),
              {"/pipeline_interleaving", "1"}));
  const ProgramResult text = files.llm("-");
  CHECK(text.status == 0);
  CHECK(text.err.empty());
  const auto lines = lines_of(text.out);
  const auto notes = std::find(lines.begin(), lines.end(), "Notes");
  REQUIRE(lines.end() - notes > 3);
  CHECK_THAT(notes[1], Catch::StartsWith("  quirk D13: the published efficiencies count 12 "));
  CHECK(notes[2] == std::string(80, '='));
  const ProgramResult file = files.llm(files.folder.file("stats.json"));
  CHECK(file.status == 0);
  CHECK(file.err == "note: " + notes[1].substr(2) + "\n");
  CHECK(files.json("stats.json").size() == 96);
}

}  // namespace calculon::test
