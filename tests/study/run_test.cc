// Runs of studies that meet, break off and go on: the table is always that of one clean run.
#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "calculon/base/files.h"
#include "study/points/record.h"
#include "study/points/record_check.h"
#include "support/background_program.h"
#include "support/input_error_of.h"
#include "support/json_page.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/study_run.h"

namespace calculon::test {
namespace {

namespace fs = std::filesystem;

// Long enough to be killed in the middle.
const Arguments kLongStudy = {"sc23-tab3", "--only", "hbm=80", "--only", "ddr=0"};

Arguments run_arguments(const std::string& folder, const Arguments& more = {}) {
  Arguments arguments = {"study", "run"};
  arguments.insert(arguments.end(), kLongStudy.begin(), kLongStudy.end());
  arguments.insert(arguments.end(), {"-o", folder});
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

ProgramResult run_here(const Arguments& arguments) {
  return run_built_program(arguments, source_folder());
}

// What a clean run of the long study has in its table.
const std::string& clean_table() {
  static const std::string kTable = [] {
    const TempFolder folder;
    REQUIRE(run_here(run_arguments(folder.path())).status == 0);
    return raw_bytes(folder.file("table.csv"));
  }();
  return kTable;
}

std::size_t num_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Records of one point in two files of one folder; whether they conflict.
bool conflicting(const std::string& first, const std::string& second) {
  const TempFolder folder;
  const std::string id = R"({"id":"00112233445566778899aabbccddeeff")";
  folder.write("results-0-of-2.jsonl", id + first + "\n");
  folder.write("results-1-of-2.jsonl", id + second + "\n");
  const ResultIndex index({folder.path()});
  CHECK(index.size() == 1);
  return index.conflict().has_value();
}

}  // namespace

TEST_CASE("twenty kills at random moments lose nothing", "[study]") {
  std::mt19937 random(20);
  const TempFolder folder;
  std::size_t lines = 0;
  int killed = 0;
  for (int i = 0; i < 20; ++i) {
    BackgroundProgram program(run_arguments(folder.path(), {"-j", "1"}));
    const auto wait = std::chrono::milliseconds(20 + random() % 400);
    const auto start = std::chrono::steady_clock::now();
    program.wait_until([&] { return std::chrono::steady_clock::now() - start > wait; });
    if (program.running()) {
      program.send(SIGKILL);
    }
    const ProgramResult result = program.result();
    killed += result.status == -SIGKILL ? 1 : 0;
    const std::string results = fs::exists(folder.file("results-0-of-1.jsonl"))
                                    ? raw_bytes(folder.file("results-0-of-1.jsonl"))
                                    : std::string();
    CHECK(num_lines(results) >= lines);
    lines = num_lines(results);
  }
  CHECK(killed >= 1);
  const ProgramResult result = run_here(run_arguments(folder.path()));
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(raw_bytes(folder.file("table.csv")) == clean_table());
}

TEST_CASE("one shard or seven, in any order and with any threads, make one table", "[study]") {
  const TempFolder folder;
  for (const int shard : {3, 0, 6, 1, 5, 2, 4}) {
    const std::string threads = shard % 2 == 0 ? "1" : "3";
    const ProgramResult result = run_here(
        run_arguments(folder.path(), {"--shard", fmt::format("{}/7", shard), "-j", threads}));
    INFO(result.err);
    CHECK(result.status == 0);
    CHECK(fs::exists(folder.file("table.csv")) == (shard == 4));  // the last one
  }
  CHECK(raw_bytes(folder.file("table.csv")) == clean_table());
}

TEST_CASE("an interrupted run says how to go on", "[study]") {
  const TempFolder folder;
  BackgroundProgram program(run_arguments(folder.path(), {"-j", "1"}));
  if (program.wait_until([&] { return fs::exists(folder.file("results-0-of-1.jsonl")); })) {
    program.send(SIGINT);
  }
  const ProgramResult result = program.result();
  if (result.status == 0) {
    WARN("the run was over before it could be interrupted");
    return;
  }
  CHECK(result.status == 130);
  CHECK_THAT(result.err, Catch::Contains("calculon study run -o " + folder.path()));
  const ProgramResult resumed = run_here({"study", "run", "-o", folder.path()});
  CHECK(resumed.status == 0);
  CHECK(raw_bytes(folder.file("table.csv")) == clean_table());
}

TEST_CASE("a second run on the same shard refuses, and the first is unharmed", "[study]") {
  const TempFolder folder;
  BackgroundProgram first(run_arguments(folder.path(), {"-j", "1"}));
  const bool begun =
      first.wait_until([&] { return fs::exists(folder.file("results-0-of-1.jsonl")); });
  const ProgramResult second = run_here(run_arguments(folder.path()));
  if (begun && second.status != 0) {
    CHECK(second.status == 3);
    CHECK_THAT(second.err,
               Catch::Matches("study run: results-0-of-1 of .* is being written by .*, "
                              "process [0-9]+, since [0-9:]+\\. Nothing was changed\\.\n"));
  } else {
    WARN("the first run was over before the second began");
  }
  CHECK(first.result().status == 0);
  CHECK(raw_bytes(folder.file("table.csv")) == clean_table());
}

TEST_CASE("two shards run side by side", "[study]") {
  const TempFolder folder;
  BackgroundProgram first(run_arguments(folder.path(), {"--shard", "0/2"}));
  BackgroundProgram second(run_arguments(folder.path(), {"--shard", "1/2"}));
  CHECK(first.result().status == 0);
  CHECK(second.result().status == 0);
  const ProgramResult merged =
      run_here({"study", "merge", folder.path(), "-o", folder.file("merged.csv")});
  CHECK(merged.status == 0);
  CHECK(raw_bytes(folder.file("merged.csv")) == clean_table());
}

TEST_CASE("a full disk loses nothing", "[study]") {
  const TempFolder folder;
  const std::string command = fmt::format("{} study run {} -o {} -j 1", program_path(),
                                          "sc23-tab3 --only hbm=80 --only ddr=0", folder.path());
  const ProgramResult full = run_shell("trap '' XFSZ; ulimit -f 200; " + command, source_folder());
  CHECK(full.status == 2);
  CHECK(is_one_line(full.err));
  CHECK_THAT(full.err, Catch::Contains("cannot be written"));
  const std::string results = raw_bytes(folder.file("results-0-of-1.jsonl"));
  CHECK((results.empty() || results.back() == '\n'));
  CHECK(run_here(run_arguments(folder.path())).status == 0);
  CHECK(raw_bytes(folder.file("table.csv")) == clean_table());
}

TEST_CASE("a torn last line is dropped and told, any other is damaged", "[study]") {
  StudyRun run(study_of(small_study()));
  const std::string table = run.csv();
  const std::string path = results_path(run.folder(), {});
  const std::string whole = raw_bytes(path);
  const auto last = whole.rfind('\n', whole.size() - 2) + 1;

  fs::resize_file(path, last + 100);
  const ResultIndex torn({run.folder()});
  REQUIRE(torn.notes().size() == 1);
  CHECK_THAT(torn.notes()[0], Catch::Contains("results-0-of-1.jsonl: the last line, 4, is torn"));
  CHECK(torn.size() == 3);
  CHECK(run.run().computed == 1);
  CHECK(run.csv() == table);

  std::ofstream(path, std::ios::binary) << whole.substr(0, last - 1).replace(40, 3, "\"{") << "\n"
                                        << whole.substr(last);
  const ResultIndex damaged({run.folder()});
  REQUIRE(damaged.damaged() == 1);
  CHECK_THAT(damaged.damage()[0],
             Catch::Matches(".*results-0-of-1.jsonl, line [0-9] is damaged: it.*"));
}

TEST_CASE("results that are there twice change nothing, different ones stop a merge", "[study]") {
  const StudyRun run(study_of(small_study()));
  const std::string table = run.csv();
  const std::string path = results_path(run.folder(), {});
  fs::copy_file(path, run.folder() + "/results-copy.jsonl");
  CHECK(run.csv() == table);
  CHECK_FALSE(ResultIndex({run.folder()}).conflict());

  const std::string records = raw_bytes(path);
  std::string other = records.substr(0, records.find('\n'));
  other.erase(40, 25);  // its checksum
  other = with_checksum(other.replace(other.find("\"feasible\":") + 11, 1, "9")) + "\n";
  std::ofstream(run.folder() + "/results-other.jsonl", std::ios::binary) << other;
  const ProgramResult merged = run_program({"study", "merge", run.folder(), "-o", "-"});
  CHECK(merged.status == 2);
  CHECK(is_one_line(merged.err));
  CHECK_THAT(merged.err, Catch::Contains("results-0-of-1.jsonl, line 1 and") &&
                             Catch::Contains("results-other.jsonl, line 1 differ"));
}

TEST_CASE("records of a point may differ in times, labels and kinds, in nothing else", "[study]") {
  const auto record = [](const std::string& axes, int enumerated, const std::string& end) {
    return fmt::format(
        R"(,"axes":{},"status":"infeasible","enumerated":{},"feasible":0,"bad":{{}},"best":[]{}}})",
        axes, enumerated, end);
  };
  const std::string first = record(R"({"size":8})", 3, R"(,"seconds":0.1)");
  CHECK_FALSE(conflicting(first, first));
  CHECK_FALSE(conflicting(first, record(R"({"size":8})", 3, R"(,"seconds":7.25)")));
  CHECK_FALSE(conflicting(first, record(R"({"processors":"8"})", 3, R"(,"seconds":0.1)")));
  CHECK_FALSE(
      conflicting(first, record(R"({"size":8})", 3, R"(,"seconds":0.1,"reason_kind":"a")")));
  CHECK(conflicting(first, record(R"({"size":8})", 4, R"(,"seconds":0.1)")));
}

TEST_CASE("a reason has the same kind in new records and in ones without it", "[study]") {
  const StudyRun run(study_of(small_study()));
  const std::string path = results_path(run.folder(), {});
  std::string text = raw_bytes(path);
  const std::string kind = R"(,"reason_kind":"memory tier 1 is too small")";
  std::size_t removed = 0;
  for (auto at = text.find(kind); at != std::string::npos; at = text.find(kind)) {
    text.erase(at, kind.size());
    ++removed;
  }
  const std::string sum = R"(,"sum":")";  // which records of that time have not, either
  for (auto at = text.find(sum); at != std::string::npos; at = text.find(sum)) {
    text.erase(at, sum.size() + 17);
  }
  CHECK(removed == 2);
  const std::vector<Json> rows = run.rows();
  std::ofstream(path, std::ios::binary) << text;
  const ResultIndex index({run.folder()});
  std::vector<Json> old_rows;
  StudyTable(run.loaded(), index).for_each_row([&](const Table& table, std::size_t row) {
    old_rows.push_back(row_json(table, row));
  });
  CHECK(old_rows == rows);
}

TEST_CASE("a search that fails is its own point's, and whoever wants to stop is heard", "[study]") {
  Json study = small_study();
  const std::string curve = "system.matrix.float16.gflops_efficiency";
  study["axes"][0] = {{"name", "curve"},
                      {"cases",
                       {{"whole", {{"system.mem1.GiB", 80}}},
                        {"with a gap", {{curve, Json::parse("[[1e9, 0.9]]")}}}}}};
  const LoadedStudy loaded = study_of(study);
  const TempFolder folder;
  const std::vector<std::size_t> all = {0, 1, 2, 3};
  const auto lines = [&](bool stopped) {
    const std::atomic<bool> stop{stopped};  // which nobody can set back
    std::vector<std::string> texts;
    for (const RecordLine& line : compute_points(*loaded.study, all, loaded.points,
                                                 {2, folder.path()}, stop, [](std::int64_t) {})) {
      texts.push_back(line.text);
    }
    return texts;
  };
  const std::vector<std::string> records = lines(false);
  for (const std::size_t i : {0U, 1U}) {
    CHECK_THAT(records[i], Catch::Contains(R"("status":"ok")"));
    CHECK_THAT(records[i + 2], Catch::Contains(R"("status":"invalid")"));
  }
  CHECK(lines(true)[0].empty());
}

TEST_CASE("what is missing is listed by shard with the command that computes it", "[study]") {
  StudyRun run(study_of(small_study()), 0);
  run.run({0, 2});
  const ProgramResult merged = run_program({"study", "merge", run.folder(), "-o", "-"});
  CHECK(merged.status == 1);
  CHECK(merged.out.empty());
  CHECK_THAT(merged.err, Catch::Contains("2 of 4 points are missing") &&
                             Catch::Contains("2 missing: calculon study run -o " + run.folder() +
                                             " --shard 1/2"));
  const ProgramResult status = run_program({"study", "status", run.folder()});
  CHECK(status.status == 0);
  CHECK_THAT(status.out, Catch::Contains("Points: 4, 4 different; 2 finished, 2 missing") &&
                             Catch::Contains("Shard 0-of-2: 2 of 2 points, not running"));
}

TEST_CASE("a folder takes a study that adds points, and no other without --extend", "[study]") {
  const TempFolder folder;
  const std::string results = folder.file("results");
  Json study = small_study();
  const auto run = [&](const Arguments& more = {}) {
    const std::string file = folder.write("study.json", study.dump());
    Arguments arguments = {"study", "run", file, "-o", results};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_here(arguments);
  };
  CHECK(run().status == 0);
  study["axes"][1]["values"] = {8, 16, 32};
  study["axes"][1]["name"] = "processors";
  const ProgramResult more = run();
  CHECK(more.status == 0);
  CHECK_THAT(more.out, Catch::Contains("4 done before, 2 computed now"));
  study["axes"][1]["values"] = {8};
  const ProgramResult fewer = run();
  CHECK(fewer.status == 2);
  CHECK_THAT(fewer.err, Catch::Contains("points that this one lacks; --extend"));
  CHECK(run({"--extend"}).status == 0);
}

TEST_CASE("an invalid point is a row that says why, and status 1", "[study]") {
  const TempFolder folder;
  Json study = small_study();
  study["axes"][0] = {
      {"name", "datatype"}, {"path", "search.datatype"}, {"values", {"float16", "float4"}}};
  const std::string file = folder.write("study.json", study.dump());
  const ProgramResult result = run_here({"study", "run", file, "-o", folder.file("results")});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, Catch::Contains("2 of 4 points are invalid"));
  CHECK_THAT(raw_bytes(folder.file("results/table.csv")),
             Catch::Contains("float4,8,invalid,") && Catch::Contains("lacks the datatype"));
  const ProgramResult checked = run_here({"study", "check", file});
  CHECK(checked.status == 0);
  CHECK_THAT(checked.out, Catch::Contains("Invalid: 2 points"));
}

TEST_CASE("infeasible points fail a run only if they must not be", "[study]") {
  const TempFolder folder;
  const std::string file = folder.write("study.json", small_study().dump());
  CHECK(run_here({"study", "run", file, "-o", folder.file("r")}).status == 0);
  const ProgramResult strict =
      run_here({"study", "run", file, "-o", folder.file("r"), "--require-feasible"});
  CHECK(strict.status == 1);
  CHECK_THAT(strict.err, Catch::Contains("points are infeasible"));
}

TEST_CASE("keep all writes every good execution of a point", "[study]") {
  Json study = small_study();
  study["axes"].erase(0);
  study["search"].update({{"keep", "all"}, {"tensor_par", 8}, {"microbatch_size", 1}});
  const StudyRun run(study_of(study));
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string path = run.folder() + "/rows-" + run.loaded().points[i].id.hex() + ".csv.gz";
    const std::string rows = read_text_file(path);
    CHECK(num_lines(rows) == run.rows()[i]["feasible"].get<std::size_t>() + 1);
  }
}

TEST_CASE("shards come from a Slurm job array", "[study]") {
  const auto set = [](const char* name, const char* value) { setenv(name, value, 1); };
  CHECK_THAT(input_error_of([] { parse_shard("slurm"); }),
             Catch::Contains("SLURM_ARRAY_TASK_ID is not set"));
  set("SLURM_ARRAY_TASK_ID", "14");
  set("SLURM_ARRAY_TASK_MIN", "10");
  set("SLURM_ARRAY_TASK_COUNT", "3");
  set("SLURM_ARRAY_TASK_STEP", "2");
  const Shard shard = parse_shard("slurm");
  CHECK(shard.index == 2);
  CHECK(shard.count == 3);
  set("SLURM_ARRAY_TASK_MAX", "16");
  CHECK_THAT(input_error_of([] { parse_shard("slurm"); }),
             Catch::Contains("expected an array without gaps"));
  unsetenv("SLURM_ARRAY_TASK_MAX");
  set("SLURM_ARRAY_TASK_ID", "x");
  CHECK_THAT(input_error_of([] { parse_shard("slurm"); }), Catch::Contains("is 'x', expected"));
  for (const char* name : {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT",
                           "SLURM_ARRAY_TASK_STEP"}) {
    unsetenv(name);
  }
  for (const std::string wrong : {"4/4", "-1/4", "0/0"}) {
    CHECK_THAT(input_error_of([&] { parse_shard(wrong); }), Catch::Contains("expected one from 0"));
  }
  for (const std::string wrong : {"", "1", "a/b", "1/2/3"}) {
    CHECK_THAT(input_error_of([&] { parse_shard(wrong); }), Catch::Contains("expected I/N"));
  }
}

TEST_CASE("points are dealt once each, with work spread evenly", "[study]") {
  const LoadedStudy loaded = bundled_study("sc23-scaling", {{"model", {"Megatron-1T"}}});
  for (const int shards : {1, 7, 32}) {
    std::vector<bool> seen(loaded.points.size(), false);
    std::int64_t least = INT64_MAX;
    std::int64_t most = 0;
    for (const auto& shard : deal_points(loaded.points, shards)) {
      std::int64_t work = 0;
      for (const std::size_t i : shard) {
        CHECK_FALSE(seen[i]);
        seen[i] = true;
        work += loaded.points[i].strategies;
      }
      least = std::min(least, work);
      most = std::max(most, work);
    }
    CHECK(std::find(seen.begin(), seen.end(), false) == seen.end());
    CHECK(static_cast<double>(most) < 1.3 * static_cast<double>(least));
  }
}

}  // namespace calculon::test
