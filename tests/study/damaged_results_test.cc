// Results that others, or a failing disk, have changed: they are refused, told and computed again,
// and no table is made from them.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/text.h"
#include "calculon/base/files.h"
#include "study/points/record_check.h"
#include "support/input_error_of.h"
#include "support/json_page.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/study_run.h"

namespace calculon::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kResults = "results-0-of-1.jsonl";

// A folder with all results of a small study, as this version writes it or as an earlier one did.
struct FinishedFolder {
  explicit FinishedFolder(const std::string& kept = "") {
    if (kept.empty()) {
      const LoadedStudy loaded = study_of(small_study());
      write_study(folder.path(), loaded, false);
      StudyRunOptions options;
      options.folder = folder.path();
      options.tell = [](const std::string&) {};
      run_study(loaded, options, std::atomic<bool>{false}, [](const StudyProgress&) {});
    } else {
      for (const char* file : {"study.json", kResults}) {
        fs::copy_file(source_path("tests/golden/kept_studies/" + kept + "/" + file),
                      folder.file(file));
      }
    }
    results = raw_bytes(folder.file(kResults));
    table = merge().out;
    REQUIRE(table.starts_with("memory,"));
  }

  void write_results(const std::string& text) const {
    std::ofstream(folder.file(kResults), std::ios::binary) << text;
  }
  ProgramResult merge(const Arguments& more = {}) const {
    Arguments arguments = {"study", "merge", folder.path(), "-o", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_built_program(arguments, folder.path());
  }
  ProgramResult run(const std::string& verb) const {
    return verb == "run" ? run_program({"study", "run", "-o", folder.path()})
                         : run_program({"study", verb, folder.path()});
  }
  // The results with another first line.
  std::string with_first(const std::string& line) const {
    return line + results.substr(results.find('\n'));
  }

  TempFolder folder;
  std::string results;
  std::string table;
};

bool one_of(int status, std::initializer_list<int> expected) {
  return std::find(expected.begin(), expected.end(), status) != expected.end();
}

}  // namespace

TEST_CASE("lines that only look like records are no results", "[study]") {
  const std::vector<std::string> rests = {
      R"(})",
      R"(,"status":5})",
      R"(,"status":"ok","best":[{}]})",
      R"(,"status":"ok","best":5})",
      R"(,"status":"infeasible","closest":{}})",
      R"(,"status":"infeasible","why":5})",
      R"(,"status":"ok"})",
      R"(,"status":"ok","enumerated":"x"})",
      R"(,"status":"ok","best":[{"stats":5,"execution":6}]})",
      R"(,"axes":{},"status":"ok","enumerated":1,"feasible":1,"bad":{},"best":[],"seconds":0})",
      R"(,"axes":{},"status":"ok","enumerated":1,"feasible":1,"bad":{},"best":[{}],"seconds":0})",
      R"(,"axes":{},"status":"ok","enumerated":1,"feasible":1,"bad":{},)"
      R"("best":[{"execution":{},"stats":{}}],"seconds":0})",
      R"(,"axes":{},"status":"infeasible","enumerated":1,"feasible":0,"bad":{},"best":[],)"
      R"("closest":{"what":5},"seconds":0})",
      R"(,"axes":{},"status":"infeasible","enumerated":1,"feasible":2,"bad":{},"best":[],)"
      R"("seconds":0})",
      R"(,"axes":{},"status":"invalid","seconds":0})",
      R"(,"axes":{"x":[]},"status":"invalid","why":"x","seconds":0})",
      R"(,"axes":{},"status":"invalid","why":"\xff","seconds":0})",
      R"(,"sum":"0123456789abcdef","axes":{},"status":"invalid","why":"x","seconds":0})"};
  const FinishedFolder finished;
  const std::string start = finished.results.substr(0, 40);
  for (const std::string& rest : rests) {
    INFO(rest);
    for (const std::string verb : {"merge", "report", "status", "run"}) {
      INFO(verb);
      finished.write_results(finished.with_first(start + rest));
      const ProgramResult result = verb == "merge" ? finished.merge() : finished.run(verb);
      CHECK(result.status == (verb == "status" || verb == "run" ? 0 : 2));
      const std::string& told = verb == "status" ? result.out : result.err;
      CHECK_THAT(told, Catch::Contains("results-0-of-1.jsonl, line 1 is damaged: "));
      CHECK((verb == "status" || is_one_line(result.err)));
    }
    CHECK(raw_bytes(finished.folder.file("table.csv")) == finished.table);
    CHECK(finished.merge().out == finished.table);  // the run has mended the folder
    CHECK(raw_bytes(finished.folder.file("damaged-0-of-1.txt")) == start + rest + "\n");
    fs::remove(finished.folder.file("damaged-0-of-1.txt"));
  }
}

TEST_CASE("a flipped bit of a folder of results makes no other table", "[study]") {
  const FinishedFolder finished;
  std::mt19937 random(12);
  for (const std::string file : {kResults, "study.json"}) {
    const std::string path = finished.folder.file(file);
    const std::string whole = raw_bytes(path);
    for (int i = 0; i < 60; ++i) {
      std::string flipped = whole;
      const std::size_t at = random() % whole.size();
      const unsigned bit = random() % 8;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << bit));
      std::ofstream(path, std::ios::binary) << flipped;
      const ProgramResult merged = finished.merge();
      INFO(file << ", byte " << at << ", bit " << bit);
      CHECK((merged.status == 2 || merged.status == 1 || merged.out == finished.table));
    }
    std::ofstream(path, std::ios::binary) << whole;
  }
}

TEST_CASE("no bit of a checked record makes an unchecked one of it", "[study]") {
  const std::string line = with_checksum(
      R"({"id":"00112233445566778899aabbccddeeff","axes":{},"status":"invalid","why":"x",)"
      R"("seconds":0.25})");
  CHECK(record_damage(line).empty());
  CHECK(parse_record(line).at("why") == "x");
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string flipped = line;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << bit));
      INFO(flipped);
      CHECK_FALSE(record_damage(flipped).empty());
    }
  }
}

TEST_CASE("bits of records without checksums are refused or make a table", "[study]") {
  const FinishedFolder finished("dense");
  CHECK(finished.table == read_text_file(source_path("tests/golden/kept_studies/dense/table.csv")));
  std::mt19937 random(22);
  for (int i = 0; i < 60; ++i) {
    std::string changed = finished.results;
    changed[random() % changed.size()] = static_cast<char>(random());
    finished.write_results(changed);
    CHECK(one_of(finished.merge().status, {0, 1, 2}));
    CHECK(one_of(finished.run("report").status, {0, 1, 2}));
  }
}

TEST_CASE("blank lines and blocks of zeros stop no folder", "[study]") {
  const FinishedFolder finished;
  const std::string zeros(5000, '\0');
  const auto second = finished.results.find('\n') + 1;
  for (const std::string& between : {std::string("\n"), std::string(" \t\r\n\n"), zeros + "\n",
                                     zeros, std::string(3 << 20, '\0') + "\n"}) {
    finished.write_results(std::string(finished.results).insert(second, between));
    const ProgramResult merged = finished.merge();
    CHECK(merged.status == 0);
    CHECK(merged.out == finished.table);
    CHECK((between == zeros) == merged.err.empty());  // they stand before a record
    CHECK(finished.run("status").status == 0);
    CHECK(finished.run("run").status == 0);
  }
}

TEST_CASE("damaged lines are left out if that is wanted, and counted", "[study]") {
  const FinishedFolder finished;
  std::string garbage;
  for (int i = 0; i < 100; ++i) {
    garbage += fmt::format("garbage {} {}\n", i, std::string(5000, 'x'));
  }
  finished.write_results(garbage + finished.results);
  const ProgramResult refused = finished.merge();
  CHECK(refused.status == 2);
  CHECK(is_one_line(refused.err));
  CHECK(refused.err.size() < 500);
  CHECK_THAT(refused.err, Catch::Contains("line 1 is damaged: it is no record of a result, and 99 "
                                          "more lines") &&
                              Catch::Contains("--skip-damaged"));
  const ProgramResult merged = finished.merge({"--skip-damaged"});
  CHECK(merged.status == 0);
  CHECK(merged.out == finished.table);
  CHECK_THAT(merged.err, Catch::Contains("note: 100 damaged lines are left out\n"));
  CHECK(merged.err.size() < 2000);
  const ProgramResult report =
      run_program({"study", "report", finished.folder.path(), "--skip-damaged"});
  CHECK(report.status == 0);

  const auto second = finished.results.find('\n') + 1;
  finished.write_results(finished.with_first("garbage"));
  const ProgramResult missing = finished.merge({"--skip-damaged"});
  CHECK(missing.status == 1);
  CHECK_THAT(missing.err, Catch::Contains("1 damaged line is left out") &&
                              Catch::Contains("1 of 4 points are missing"));
  finished.write_results(finished.results.substr(0, second - 1) + finished.results.substr(second));
  CHECK(finished.merge().status == 2);  // two records that lost the line break between them
}

TEST_CASE("results of another shard are mended by the run that is named", "[study]") {
  const FinishedFolder finished;
  fs::rename(finished.folder.file(kResults), finished.folder.file("results-1-of-2.jsonl"));
  std::ofstream(finished.folder.file("results-1-of-2.jsonl"), std::ios::app) << "garbage\n";
  const ProgramResult merged = finished.merge();
  CHECK(merged.status == 2);
  CHECK_THAT(merged.err, Catch::Contains("`calculon study run -o " + finished.folder.path() +
                                         " --shard 1/2` computes it again"));
  CHECK(run_program({"study", "run", "-o", finished.folder.path(), "--shard", "1/2"}).status == 0);
  CHECK(finished.merge().out == finished.table);
}

TEST_CASE("a conflict of records is told in a short line", "[study]") {
  const FinishedFolder finished;
  std::string other = finished.results.substr(0, finished.results.find('\n'));
  other.erase(40, 25);  // its checksum
  const auto place = other.find("\"feasible\":") + 11;
  std::ofstream(finished.folder.file("results-other.jsonl"))
      << with_checksum(other.replace(place, 1, "9999999")) << "\n";
  const ProgramResult merged = finished.merge();
  CHECK(merged.status == 2);
  CHECK_THAT(merged.err,
             Catch::Contains("differ about one point: ...") && Catch::Contains("\"feasible\":9"));
  CHECK(merged.err.size() < 500);

  // A run that first tells what it computes again still ends with one complaint.
  finished.write_results(finished.with_first("garbage"));
  const ProgramResult run = finished.run("run");
  CHECK(run.status == 2);
  CHECK_THAT(run.err, Catch::StartsWith("note: ") && Catch::Contains("and computed again\n") &&
                          Catch::Contains("\ncalculon: "));
  CHECK(run.err.find("calculon: ") == run.err.rfind("calculon: "));
}

}  // namespace calculon::test
