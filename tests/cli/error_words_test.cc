// What the program says to what people type instead of what it takes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_stats.h"
#include "calibrated/search/calibrated_statistic.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// A small search of the calibrated methodology, into `path`.
ProgramResult small_search(const std::string& path, const Arguments& more = {}) {
  Arguments arguments = {"loe",  "llama-3.1-8b", "8",     "16",  "bfloat16",
                         "h100", path,           "--seq", "4096"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments);
}

}  // namespace

TEST_CASE("a search can ask for a verdict by its words", "[cli][calibrated]") {
  const TempFolder folder;
  const auto verdicts = [&](const std::string& condition) {
    const std::string path = folder.file("best.json");
    const ProgramResult result = small_search(path, {"-t", "1000", "--where", condition});
    INFO(result.err);
    REQUIRE(result.status == 0);
    std::string found;
    const Json results = Json::parse(raw_bytes(path));
    for (const auto& item : results.items()) {
      const Json& memory = item.value()["stats"]["memory"];
      const std::string verdict = memory["verdict"];
      CHECK((verdict == "fits") == (memory["device_high"] <= memory["capacity"]));
      found += found.find(verdict + ";") == std::string::npos ? verdict + ";" : "";
    }
    return found;
  };
  CHECK(verdicts("memory.verdict==fits") == "fits;");
  CHECK(verdicts(" memory.verdict != fits ") == "fits barely;");
  CHECK(verdicts("memory.verdict==barely") == "fits barely;");
  const std::string expected =
      "is no condition, expected memory.verdict== or memory.verdict!= and one of fits, fits barely "
      "or does not fit\n";
  for (const std::string wrong :
       {"memory.verdict==maybe", "memory.verdict<fits", "memory.verdict", "memory.verdict=fits"}) {
    const ProgramResult result = small_search("-", {"--where", wrong});
    CHECK(result.status == 2);
    CHECK(result.err == "calculon: '" + wrong + "' " + expected);
  }
}

TEST_CASE("the tokens of a run may be given in millions and more", "[cli]") {
  const auto days = [](const std::string& tokens) {
    const ProgramResult result = run_program(
        {"llm", "llama-3.1-8b", "llama-3.1-8b_64_fsdp", "h100", "-", "--tokens", tokens});
    INFO(result.err);
    CHECK(result.status == 0);
    return result.out;
  };
  const std::string trillion = days("1e12");
  CHECK_THAT(trillion, Catch::Contains("days"));
  for (const std::string same :
       {"1T", "1t", "1000B", "1000b", "1000G", "1000000M", "1000000000K"}) {
    INFO(same);
    CHECK(days(same) == trillion);
  }
  CHECK(days("1.5T") == days("1.5e12"));
  for (const std::string wrong : {"1X", "T", "1TB", "many", "1e9k"}) {
    const ProgramResult result = run_program(
        {"llm", "llama-3.1-8b", "llama-3.1-8b_64_fsdp", "h100", "-", "--tokens", wrong});
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::Contains("--tokens") &&
                               Catch::Contains(wrong + " is no number, expected one such as 15e12 "
                                                       "or 15T"));
  }
}

TEST_CASE("an option that is nearly there is named", "[cli]") {
  const auto told = [](const Arguments& more) {
    Arguments arguments = {"loe", "llama-3.1-8b", "8", "16", "bfloat16", "h100", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    return result.err;
  };
  const std::string end = "'--seq'?) (--help tells more)\n";
  CHECK(told({"--sequence", "4096"}) ==
        "calculon: unknown option '--sequence' (did you mean " + end);
  CHECK(told({"--seq-len=4096"}) == "calculon: unknown option '--seq-len' (did you mean " + end);
  CHECK(told({"--sqe", "4096"}) == "calculon: unknown option '--sqe' (did you mean " + end);
  CHECK_THAT(told({"--launch", "megatron"}), Catch::Contains("did you mean '--launchable'?"));
  CHECK_THAT(told({"--dragon"}), Catch::Contains("argument was not expected: --dragon"));
  CHECK_THAT(run_program({"study", "run", "my-sensitivity", "--quik", "-o", "x"}).err,
             Catch::Contains("unknown option '--quik' (did you mean '--quick'?)"));
}

TEST_CASE("what --set says wrong of all points is told once", "[cli][study]") {
  const std::string study = source_path("examples/studies/my-sensitivity.json");
  CHECK(run_program({"study", "check", study, "--set", "system.mem1.GiBs=3"}).err ==
        "calculon: " + study +
            ": --set system.mem1.GiBs: path 'system.mem1.GiBs': system.mem1 has no key 'GiBs' (did "
            "you mean 'GiB'?)\n");
  const TempFolder folder;
  const std::string runs = folder.file("runs");
  const ProgramResult result =
      run_program({"study", "run", study, "--quick", "--set", "system.mem1.GiB=x", "-o", runs});
  CHECK(result.status != 0);
  const std::string reason = "system: mem1.GiB is \"x\", expected a number from 0";
  const std::vector<std::string> lines = lines_of(result.out);
  CHECK(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
          return line.find(reason) != std::string::npos;
        }) == 2);
  CHECK_THAT(result.out, Catch::Contains("10 more points are invalid: " + reason + "\n"));
  const ProgramResult report = run_program({"report", runs, "-o", folder.file("x.html")});
  CHECK(report.status == 2);
  CHECK(report.err == "calculon: " + runs +
                          " is the folder of a study, expected files of results; `calculon study "
                          "report " +
                          runs + "` draws its page\n");
  CHECK_THAT(run_program({"report", folder.path(), "-o", folder.file("x.html")}).err,
             Catch::Contains(": is a directory, expected a file"));
}

TEST_CASE("a launch of a result tells when it was found for something else", "[cli][launch]") {
  const TempFolder folder;
  const std::string path = folder.file("best.json");
  REQUIRE(small_search(path).status == 0);
  const std::string result = path + "#0";
  const auto notes = [&](const Arguments& more) {
    Arguments arguments = {"launch", "llama-3.1-8b", result};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult run = run_program(arguments);
    INFO(run.err);
    CHECK(run.status == 0);
    return run.err;
  };
  const std::string length = "note: " + result +
                             " was found with sequences of 4096 tokens, here "
                             "they are of 2048\n";
  CHECK(notes({"--seq", "2048"}) == length);
  CHECK(notes({"--seq", "2048", "h100"}) == length);
  CHECK(notes({"--seq", "4096"}).empty());
  CHECK(notes({"--seq", "4096", "h100"}).empty());
  CHECK_THAT(notes({"--seq", "4096", "h100-80g-nemo"}),
             Catch::Contains("was found at ") &&
                 Catch::EndsWith("another model, system, methodology or length of sequences\n"));
}

TEST_CASE("the statistics of the calibrated methodology are listed", "[cli]") {
  const ProgramResult text = run_program({"statistics", "--calibrated"});
  CHECK(text.status == 0);
  CHECK(lines_of(text.out).size() == calibrated_statistics().size() + 1);
  CHECK_THAT(text.out, Catch::Contains("memory.verdict") &&
                           Catch::Contains("fits: memory.device_high is at most memory.capacity; "
                                           "fits barely: memory.device_low is; does not fit: "));
  const Json list = Json::parse(run_program({"statistics", "--calibrated", "--json"}).out);
  REQUIRE(list.size() == calibrated_statistics().size() + 1);
  CHECK(list[0]["name"] == calibrated_statistics().front().name);
  CHECK(list[0]["presets"] == Json::array({"calibrated"}));
  CHECK_THAT(small_search("-", {"--methodology", "calibrated", "--rank-by", "mfo"}).err,
             Catch::Contains("; `calculon statistics --calibrated` lists them\n"));
}

}  // namespace calculon::test
