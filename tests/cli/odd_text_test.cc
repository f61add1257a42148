// Names, labels and values that are no text: the program answers in a line and goes on living.
#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

constexpr std::string_view kStudy =
    R"({"calculon_study": 1, "title": "two points", "model": "megatron-22B", "system": "a100_80g",
        "search": {"num_procs": 8, "max_batch": 8, "datatype": "float16"},
        "axes": [{"name": "b", "path": "search.max_batch", "values": [8, 16]}]})";

}  // namespace

TEST_CASE("a value of --set that is not UTF-8 is written with a sign in its place", "[cli]") {
  const TempFolder folder;
  const std::string study = folder.write("study.json", kStudy);
  const std::string results = folder.file("results");
  const ProgramResult result =
      run_program({"study", "run", study, "-o", results, "--set", "model.hidden=\xff"});
  CHECK(result.status == 1);  // its points are invalid
  CHECK_THAT(result.err, Catch::Contains("hidden is \"\\ufffd\""));
  const Json json = parse_json("study.json", read_text_file(results + "/study.json"));
  CHECK(json["choices"].dump().find("\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("a study in a file whose name is not UTF-8 is computed", "[cli]") {
  const TempFolder folder;
  const std::string study = folder.write("x\xff.json", kStudy);
  CHECK(run_program({"study", "run", study, "-o", folder.file("results")}).status == 0);
  CHECK(run_program({"study", "status", folder.file("results")}).status == 0);
}

TEST_CASE("--set of brackets in brackets in brackets does not overflow the stack", "[cli]") {
  const TempFolder folder;
  const std::string study = folder.write("study.json", kStudy);
  const std::string deep = std::string(50'000, '[') + std::string(50'000, ']');
  const ProgramResult result = run_program({"study", "check", study, "--set", "model=" + deep});
  CHECK(result.status == 2);
  CHECK(result.err == "calculon: --set model: nested deeper than 64 levels\n");
}

}  // namespace calculon::test
