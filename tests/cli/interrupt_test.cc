// Ctrl-C and worse, sent to the built program in the middle of a long search.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "base/json_reader.h"
#include "support/background_program.h"
#include "support/json_change.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "support/tiny.h"
#include "text/csv_report.h"

namespace calculon::test {
namespace {

// Numbers with many divisors make hundreds of millions of executions, all of them good.
struct LongSearch : SearchFiles {
  LongSearch() {
    folder.write("model.json", R"({"hidden": 5040, "feedforward": 20160, "seq_size": 5040,
                                   "attn_heads": 2520, "attn_size": 2, "num_blocks": 2520})");
    give_memory("1e9");
    num_procs = max_batch_size = "2520";
  }
  void give_memory(const std::string& gib) const {
    std::string text = tiny_system_text();
    for (const JsonChange& change : std::vector<JsonChange>{{"/mem1/GiB", gib},
                                                            {"/mem2/GiB", gib},
                                                            {"/networks/0/size", "2520"},
                                                            {"/networks/1/size", "2520"}}) {
      text = changed(text, change);
    }
    folder.write("system.json", text);
  }
};

// Bytes that a run has written of its output, under whatever name.
std::uintmax_t bytes_written(const SearchFiles& files) {
  std::uintmax_t bytes = 0;
  for (const std::string& name : files.folder.names()) {
    std::error_code gone;
    const auto size = std::filesystem::file_size(files.folder.file(name), gone);
    bytes += name.ends_with(".tmp") && !gone ? size : 0;
  }
  return bytes;
}

// Whether a run has opened its output, and so is ready for a signal.
bool has_begun(const SearchFiles& files) {
  const auto names = files.folder.names();
  return std::any_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.ends_with(".tmp"); });
}

std::function<bool()> after(double seconds) {
  const auto start = std::chrono::steady_clock::now();
  return [=] {
    return std::chrono::steady_clock::now() - start > std::chrono::duration<double>(seconds);
  };
}

// Ends a run once it has got somewhere.
ProgramResult interrupt(BackgroundProgram& program, const std::function<bool()>& far_enough) {
  REQUIRE(program.wait_until(far_enough));
  ProgramResult result;
  const double seconds = seconds_of([&] {
    program.send(SIGINT);
    result = program.result();
  });
  CHECK(seconds < 2);  // typically 0.1
  return result;
}

}  // namespace

TEST_CASE("interrupted rows are the first ones of all", "[cli]") {
  const LongSearch files;
  files.folder.write("out.csv", "precious\n");
  BackgroundProgram program(files.arguments("lae", "out.csv"));
  const ProgramResult result = interrupt(program, [&] { return bytes_written(files) > 1'000'000; });
  CHECK(result.status == 130);
  const std::string partial = files.folder.file("out.csv.partial");
  CHECK(result.err == "calculon: interrupted; the rows so far are in " + partial + "\n");
  CHECK_THAT(result.out, Catch::StartsWith("Total executions: "));
  CHECK(files.text("out.csv") == "precious\n");
  CHECK(files.folder.names() ==
        std::vector<std::string>{"model.json", "out.csv", "out.csv.partial", "system.json"});

  const std::string rows = raw_bytes(partial);
  CHECK(rows.ends_with('\n'));
  bool whole_lines = true;
  for (const std::string& line : lines_of(rows)) {
    whole_lines = whole_lines && cells_of(line).size() == 23 + 96;
  }
  CHECK(whole_lines);
  REQUIRE(files.run("lae", "first.csv", {"--tp", "1", "--pp", "1..2", "--interleaving", "1..3"})
              .status == 0);
  const std::string first = files.text("first.csv");
  CHECK(first.size() > 1'000'000);
  CHECK((rows.starts_with(first) || first.starts_with(rows)));
}

TEST_CASE("rows that are interrupted while packed can be unpacked", "[cli]") {
  const LongSearch files;
  BackgroundProgram program(files.arguments("lae", "out.csv.gz", {"--columns", "tensor_par"}));
  const ProgramResult result = interrupt(program, [&] { return bytes_written(files) > 0; });
  CHECK(result.status == 130);
  const ProgramResult unpacked =
      run_shell("gzip -dc <out.csv.gz.partial | head -2", files.folder.path());
  CHECK(unpacked.out == "tensor_par\n1\n");
  CHECK(run_shell("gzip -t <out.csv.gz.partial", files.folder.path()).status == 0);
}

TEST_CASE("an interrupted search leaves the best so far", "[cli]") {
  const LongSearch files;
  BackgroundProgram program(files.arguments("loe", "out.json", {"--rank-by", "total_time"}));
  const auto long_enough = after(1.2);
  const ProgramResult result =
      interrupt(program, [&] { return has_begun(files) && long_enough(); });
  CHECK(result.status == 130);
  const std::string partial = files.folder.file("out.json.partial");
  // Not a terminal, so no progress is shown, even after a second.
  CHECK(result.err == "calculon: interrupted; the best so far are in " + partial + "\n");
  CHECK_THAT(result.out, Catch::Contains("Best sample rate: "));
  CHECK(Json::parse(raw_bytes(partial)).at("0").size() == 3);  // with its inputs
  CHECK_FALSE(std::filesystem::exists(files.folder.file("out.json")));
}

TEST_CASE("an interrupted search that found nothing yet does not say that nothing is", "[cli]") {
  const LongSearch files;
  files.give_memory("1e-6");
  BackgroundProgram program(files.arguments("loe", "out.json"));
  const ProgramResult result = interrupt(program, [&] { return has_begun(files); });
  CHECK(result.status == 130);
  CHECK(is_one_line(result.err));
  CHECK(result.out.find("No acceptable") == std::string::npos);
}

TEST_CASE("searches over many network tiers hear a signal", "[cli]") {
  const LongSearch files;
  Json system = Json::parse(raw_bytes(files.folder.file("system.json")));
  Json tiers = Json::array();
  for (int i = 0; i < 150; ++i) {
    tiers.push_back(system.at("networks").at(0));
  }
  system["networks"] = tiers;
  files.folder.write("system.json", system.dump());
  for (const char* command : {"loe", "lae"}) {
    BackgroundProgram program(files.arguments(command, "out.csv"));
    const auto long_enough = after(1);
    const ProgramResult result =
        interrupt(program, [&] { return has_begun(files) && long_enough(); });
    CHECK(result.status == 130);
    CHECK(is_one_line(result.err));
  }
}

TEST_CASE("a signal that comes twice at once is one wish", "[cli]") {
  const LongSearch files;
  BackgroundProgram program(files.arguments("lae", "out.csv", {"--columns", "tensor_par"}));
  REQUIRE(program.wait_until([&] { return bytes_written(files) > 0; }));
  program.send(SIGTERM);
  program.wait_until(after(0.002));
  program.send(SIGTERM);
  CHECK(program.result().status == 130);
  CHECK(std::filesystem::exists(files.folder.file("out.csv.partial")));
}

TEST_CASE("a killed run leaves nothing under the name of its output", "[cli]") {
  for (const std::string name : {"old.csv", "new.csv"}) {
    const LongSearch files;
    files.folder.write("old.csv", "precious\n");
    BackgroundProgram rows(files.arguments("lae", name, {"--columns", "tensor_par"}));
    BackgroundProgram best(files.arguments("loe", name, {"--rank-by", "total_time"}));
    REQUIRE(rows.wait_until([&] { return bytes_written(files) > 0; }));
    for (BackgroundProgram* program : {&rows, &best}) {
      program->send(SIGKILL);
      CHECK(program->result().status == -SIGKILL);
    }
    CHECK(files.text("old.csv") == "precious\n");
    CHECK_FALSE(std::filesystem::exists(files.folder.file("new.csv")));
  }
}

}  // namespace calculon::test
