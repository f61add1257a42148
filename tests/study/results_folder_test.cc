// A folder of results as others may leave it: links, pipes, strange names, files of killed runs;
// and studies that could not be read again.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/temporary_name.h"
#include "calculon/base/files.h"
#include "study/table/table_file.h"
#include "support/background_program.h"
#include "support/input_error_of.h"
#include "support/json_page.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/study_run.h"

namespace calculon::test {
namespace {

namespace fs = std::filesystem;

std::string write_small_study(const TempFolder& folder, const Json& study) {
  return folder.write("study.json", study.dump());
}

ProgramResult run_into(const TempFolder& folder, const Json& study, const Arguments& more = {}) {
  Arguments arguments = {"study", "run", write_small_study(folder, study), "-o",
                         folder.file("results")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_built_program(arguments, source_folder());
}

// As a process that was killed leaves it.
std::string name_left_behind(const std::string& path) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  std::string name = temporary_name(path);
  const std::string own = fmt::format(".{}-", getpid());
  return name.replace(name.find(own), own.size(), fmt::format(".{}-", child));
}

Watch stopped_watch() {
  static const std::atomic<bool> kStop{true};
  return {kStop, [](std::string_view, std::size_t, std::size_t) {}};
}

// A million points: a thousand values on each of two axes.
Json million_points() {
  Json study = small_study();
  const auto axis = [](const char* name, const char* path) {
    return Json{
        {"name", name}, {"path", path}, {"range", {{"from", 1}, {"to", 1000}, {"step", 1}}}};
  };
  study["axes"] = Json::array(
      {axis("rate", "system.matrix.float16.tflops"), axis("bandwidth", "system.mem1.GBps")});
  return study;
}

}  // namespace

TEST_CASE("links and pipes in a folder of results are refused, and unharmed", "[study]") {
  for (const std::string name :
       {"lock-0-of-1", "results-0-of-1.jsonl", "table.csv", "report.html", "study.json"}) {
    INFO(name);
    const TempFolder folder;
    fs::create_directories(folder.file("results"));
    const std::string victim = folder.write("victim.txt", "no line break at the end");
    fs::create_symlink("../victim.txt", folder.file("results/" + name));
    const ProgramResult linked = run_into(folder, small_study());
    CHECK(linked.status == 2);
    CHECK(is_one_line(linked.err));
    CHECK_THAT(linked.err, Catch::Contains(name + ": is no regular file"));
    CHECK(raw_bytes(victim) == "no line break at the end");

    fs::remove(folder.file("results/" + name));
    REQUIRE(mkfifo(folder.file("results/" + name).c_str(), 0600) == 0);
    const ProgramResult piped = run_into(folder, small_study());
    CHECK(piped.status == 2);
    CHECK_THAT(piped.err, Catch::Contains(name + ": is no regular file"));
    if (name.starts_with("results") || name == "study.json") {
      CHECK(run_program({"study", "status", folder.file("results")}).status == 2);
    }
  }
}

TEST_CASE("tables of all executions are not written through links", "[study]") {
  const TempFolder folder;
  Json study = small_study();
  study["axes"] = Json::array();
  study["search"].update({{"keep", "all"}, {"tensor_par", 8}, {"microbatch_size", 1}});
  const std::string id = study_of(study).points[0].id.hex();
  fs::create_directories(folder.file("results"));
  const std::string victim = folder.write("victim.txt", "precious");
  fs::create_symlink("../victim.txt", folder.file("results/rows-" + id + ".csv.gz"));
  const ProgramResult result = run_into(folder, study);
  CHECK(result.status == 2);
  CHECK_THAT(result.err, Catch::Contains("is no regular file"));
  CHECK(raw_bytes(victim) == "precious");
}

TEST_CASE("tables and pages do not replace files of the results", "[study]") {
  const TempFolder folder;
  REQUIRE(run_into(folder, small_study()).status == 0);
  const auto file = [&](const std::string& name) { return folder.file("results/" + name); };
  fs::create_symlink(file("study.json"), folder.file("linked.json"));
  const std::string results = folder.file("results");
  for (const std::string& output : {file("study.json"), folder.file("linked.json")}) {
    const ProgramResult merged = run_program({"study", "merge", results, "-o", output});
    CHECK(merged.status == 2);
    CHECK_THAT(merged.err, Catch::Contains(output + ": is also ") && Catch::Contains("input"));
  }
  const ProgramResult two =
      run_program({"study", "merge", results, results, "-o", file("table.csv")});
  CHECK(two.status == 2);
  CHECK_THAT(two.err, Catch::Contains("is also an input"));
  for (const std::string& output : {file("table.csv"), file("table.json")}) {
    CHECK(run_program({"study", "report", folder.file("results"), "-o", output}).status == 2);
  }
  CHECK(
      run_program({"study", "report", folder.file("results"), "-o", file("report.html")}).status ==
      0);
  CHECK(run_program({"study", "merge", folder.file("results"), "-o", file("new.csv")}).status == 0);
}

TEST_CASE("names that are too long are told in a line", "[study]") {
  const std::string name(300, 'a');
  for (const Arguments& arguments :
       {Arguments{"study", "run", name, "-o", "/tmp/x"}, Arguments{"study", "status", name},
        Arguments{"study", "merge", name, "-o", "-"}, Arguments{"study", "check", name}}) {
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK(result.err.find("filesystem error") == std::string::npos);
  }
}

TEST_CASE("a file of an impossible shard is told and counts for nothing", "[study]") {
  const StudyRun run(study_of(small_study()));
  for (const char* name : {"lock-3-of-2147483647", "lock-3-of-99999999999", "lock-x-of-2"}) {
    std::ofstream(run.folder() + "/" + name) << "";
    const ProgramResult status = run_program({"study", "status", run.folder()});
    CHECK(status.status == 0);
    CHECK_THAT(status.out, Catch::Contains(std::string(name) + " is ignored"));
  }
}

TEST_CASE("the limit of shards is told", "[study]") {
  CHECK_THAT(input_error_of([] { parse_shard("0/99999999"); }),
             Catch::Contains("N from 1 to 100000"));
}

TEST_CASE("what a run could not read again is refused before it computes", "[study]") {
  const TempFolder folder;
  std::string deep = "1";
  for (int i = 0; i < 65; ++i) {
    deep = "[" + deep + "]";
  }
  const ProgramResult nested = run_into(folder, small_study(), {"--set", "model.hidden=" + deep});
  CHECK(nested.status == 2);
  CHECK(is_one_line(nested.err));
  CHECK_FALSE(fs::exists(folder.file("results/results-0-of-1.jsonl")));
}

TEST_CASE("a folder may hold more documents than one file has values", "[study]") {
  const TempFolder folder;
  Json system = Json::parse(read_text_file(source_path("systems/a100_80g.json")));
  Json& curve = system["mem1"]["MB_efficiency"];
  curve = Json::array();
  constexpr int kSteps = 20'000;
  for (int i = 0; i < kSteps; ++i) {
    curve.push_back(Json::array({kSteps - i, 0.9}));
  }
  curve.push_back(Json::array({0, 0.9}));
  Json study = small_study();
  study["axes"][0] = {{"name", "system"}, {"path", "system"}, {"values", Json::array()}};
  for (const char* name : {"a.json", "b.json", "c.json"}) {
    folder.write(name, system.dump());
    study["axes"][0]["values"].push_back(name);
    curve.front()[1] = curve.front()[1].get<double>() - 0.1;
  }
  CHECK(run_into(folder, study).status == 0);
  const std::string results = folder.file("results");
  CHECK(run_program({"study", "status", results}).status == 0);
  CHECK(run_program({"study", "merge", results, "-o", folder.file("t.csv")}).status == 0);
  CHECK_THAT(run_program({"study", "run", "-o", results}).out, Catch::Contains(" 0 computed now"));
}

TEST_CASE("temporary files of killed runs are cleared, of nobody else", "[study]") {
  StudyRun run(study_of(small_study()));
  const auto path = [&](const std::string& name) { return run.folder() + "/" + name; };
  const std::vector<std::string> stale = {name_left_behind(path("table.csv")),
                                          name_left_behind(path("report.html")),
                                          name_left_behind(path("study.json"))};
  std::string other_host = name_left_behind(path("table.csv"));
  other_host[other_host.rfind('-') + 1] ^= 1;
  const std::vector<std::string> kept = {temporary_name(path("table.csv")), other_host,
                                         name_left_behind(path("own.csv")), path("table.csv.tmp")};
  for (const auto* names : {&stale, &kept}) {
    for (const std::string& name : *names) {
      std::ofstream(name) << "x";
    }
  }
  run.run();
  for (const std::string& name : stale) {
    CHECK_FALSE(fs::exists(name));
  }
  for (const std::string& name : kept) {
    INFO(name);
    CHECK(fs::exists(name));
  }
}

TEST_CASE("conditions that nothing meets are the reason, not memory", "[study]") {
  Json study = small_study();
  study["axes"].erase(0);
  study["search"]["where"] = Json::array({"sample_rate>1e9"});
  const StudyRun run(study_of(study));
  const Json& row = run.rows()[0];
  CHECK(row["status"] == "infeasible");
  CHECK(row["feasible"] == 0);
  CHECK_THAT(row["reason"].get<std::string>(), Catch::Matches("[0-9,]+ fit but none meets where"));
  CHECK(row["reason_kind"] == "none meets where");
}

TEST_CASE("times past the range of a number make a point invalid, and no empty row", "[study]") {
  for (const char* keep : {"best", "summary"}) {
    Json study = small_study();
    Json system = Json::parse(read_text_file(source_path("systems/a100_80g.json")));
    system["matrix"]["float16"]["gflops_efficiency"] = Json::parse("[[0, 5e-324]]");
    study["system"] = system;
    study["search"]["keep"] = keep;
    const TempFolder folder;
    const ProgramResult result = run_into(folder, study);
    CHECK(result.status != 0);
    CHECK(result.status <= 2);
    CHECK_THAT(result.err, Catch::Contains("range of a number"));
  }
}

TEST_CASE("titles, labels and names reach a terminal without its control characters", "[study]") {
  const TempFolder folder;
  Json study = small_study();
  study["title"] = "\x1b]0;owned\x07 red \x1b[31m \xe2\x80\xae";
  study["axes"][0]["labels"] = {"\x1b[2J", "=1+1"};
  study["axes"][1]["values"] = {8, "x\x1b[5m"};
  const std::string results = folder.file("results");
  const std::string file = write_small_study(folder, study);
  const ProgramResult run = run_into(folder, study);
  for (const std::string& text : {run.out, run.err, run_program({"study", "check", file}).out,
                                  run_program({"study", "status", results}).out}) {
    CHECK_FALSE(text.empty());
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
  }
}

TEST_CASE("whoever wants to stop is heard wherever many points are worked on", "[study]") {
  const StudyRun run(study_of(small_study()));
  const Watch watch = stopped_watch();
  CHECK_THROWS_AS(list_points(*run.loaded().study, 1, watch), Interrupted);
  CHECK_THROWS_AS(list_points(*run.loaded().study, 2, watch), Interrupted);
  CHECK_THROWS_AS(load_study_folder(run.folder(), 1, watch), Interrupted);
  CHECK_THROWS_AS(ResultIndex({run.folder()}, watch), Interrupted);
  const ResultIndex index({run.folder()});
  CHECK_THROWS_AS(StudyTable(run.loaded(), index, watch), Interrupted);
}

TEST_CASE("Ctrl-C is heard while a million points are listed", "[study]") {
  const TempFolder folder;
  const std::string file = write_small_study(folder, million_points());
  for (const int signal : {SIGINT, SIGTERM}) {
    BackgroundProgram program({"study", "check", file, "-j", "2"});
    const auto start = std::chrono::steady_clock::now();
    program.wait_until(
        [&] { return std::chrono::steady_clock::now() - start > std::chrono::seconds(1); });
    ProgramResult result;
    const double seconds = seconds_of([&] {
      program.send(signal);
      result = program.result();
    });
    CHECK(result.status == 130);
    CHECK(result.err == "calculon: interrupted\n");
    CHECK(seconds < 2);
  }
}

}  // namespace calculon::test
