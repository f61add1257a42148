// Signals and standard streams, as a shell or a job system sends and closes them.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "support/background_program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

std::string pipe_in(const TempFolder& folder, const std::string& name) {
  REQUIRE(mkfifo(folder.file(name).c_str(), 0600) == 0);
  return folder.file(name);
}

bool has_temporary(const TempFolder& folder) {
  for (const std::string& name : folder.names()) {
    if (name.ends_with(".tmp")) {
      return true;
    }
  }
  return false;
}

Arguments rows_into(const std::string& output) {
  return {"lae",     source_path("models/megatron-22B.json"), "4",   "4",
          "float16", source_path("systems/a100_80g.json"),    output};
}

}  // namespace

TEST_CASE("a pipe that nobody opens does not keep a signal from ending the program", "[cli]") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const TempFolder folder;
    const std::string pipe = pipe_in(folder, "pipe.csv");
    for (const Arguments& arguments :
         {rows_into(pipe), Arguments{"lpc", pipe}, Arguments{"-l", pipe, "version"},
          Arguments{"report", pipe, "-o", folder.file("page.html")}}) {
      BackgroundProgram program(arguments);
      const auto start = std::chrono::steady_clock::now();
      CHECK(program.wait_until([&] {
        return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(300);
      }));
      ProgramResult result;
      CHECK(seconds_of([&] {
              program.send(signal);
              result = program.result();
            }) < 2);
      CHECK((result.status == -signal || result.status == 130));  // a search tells it
      CHECK(folder.names() == std::vector<std::string>{"pipe.csv"});
    }
  }
}

TEST_CASE("what a signal ends takes its temporary file along", "[cli]") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU}) {
    const TempFolder folder;
    const std::string pipe = pipe_in(folder, "pipe.json");
    // The page is opened first, and then the program waits for its data.
    BackgroundProgram program({"report", pipe, "-o", folder.file("page.html")});
    REQUIRE(program.wait_until([&] { return has_temporary(folder); }));
    program.send(signal);
    CHECK(program.result().status == -signal);
    CHECK(folder.names() == std::vector<std::string>{"pipe.json"});
  }
}

TEST_CASE("an interruption that was ignored stays ignored", "[cli]") {
  const TempFolder folder;
  const std::string line = "trap '' INT; " + program_path() + " lpc " +
                           source_path("models/megatron-22B.json") +
                           " & kill -INT $!; wait $!; echo $?";
  CHECK_THAT(run_shell(line, folder.path()).out, Catch::EndsWith("22.074 G\n0\n"));
  // A search listens to the signal by itself.
  const ProgramResult search = run_shell(
      "trap '' INT; " + program_path() + " loe " + source_path("models/megatron-22B.json") +
          " 512 512 float16 " + source_path("systems/a100_80g.json") +
          " best.json --exhaustive >/dev/null & sleep 0.2; kill -INT $!; wait $!; echo $?",
      folder.path());
  CHECK(search.out == "0\n");
}

TEST_CASE("closed standard streams lead to nowhere", "[cli]") {
  const TempFolder folder;
  const std::string model = source_path("models/megatron-22B.json");
  const std::string search =
      program_path() + " loe " + model + " 8 8 float16 " + source_path("systems/a100_80g.json");
  CHECK(run_shell(search + " open.json", folder.path()).status == 0);
  CHECK(run_shell(search + " closed.json <&- >&- 2>&-", folder.path()).status == 0);
  CHECK(raw_bytes(folder.file("closed.json")) == raw_bytes(folder.file("open.json")));
  CHECK(run_shell(program_path() + " lpc " + model + " >&-", folder.path()).status == 0);
  CHECK(run_shell(program_path() + " lpc none.json 2>&-", folder.path()).status == 2);
  CHECK(folder.names() == std::vector<std::string>{"closed.json", "open.json"});
}

TEST_CASE("a limit on the size of files is told as such and leaves nothing", "[cli]") {
  const TempFolder folder;
  const ProgramResult result = run_shell(
      "ulimit -f 1; " + program_path() + " loe " + source_path("models/megatron-22B.json") +
          " 8 8 float16 " + source_path("systems/a100_80g.json") + " best.json -t 100 >/dev/null",
      folder.path());
  CHECK(result.status == 2);
  CHECK(result.err == "calculon: best.json: cannot be written: File too large\n");
  CHECK(folder.names().empty());
}

TEST_CASE("a reader that does not read does not keep an interruption from being heard", "[cli]") {
  const TempFolder folder;
  const std::string pipe = pipe_in(folder, "pipe.csv");
  const int descriptor = open(pipe.c_str(), O_RDWR);
  REQUIRE(descriptor >= 0);
  BackgroundProgram program(rows_into(pipe));
  const auto start = std::chrono::steady_clock::now();
  CHECK(program.wait_until(
      [&] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(700); }));
  ProgramResult result;
  CHECK(seconds_of([&] {
          program.send(SIGINT);
          result = program.result();
        }) < 2);
  CHECK(result.status == 130);
  CHECK(result.err == "calculon: interrupted\n");
  close(descriptor);
}

TEST_CASE("a writer that does not write does not keep an interruption from being heard", "[cli]") {
  const TempFolder folder;
  const std::string pipe = pipe_in(folder, "study.json");
  const int descriptor = open(pipe.c_str(), O_RDWR);
  REQUIRE(descriptor >= 0);
  REQUIRE(write(descriptor, "{", 1) == 1);
  BackgroundProgram program({"study", "check", pipe});
  const auto start = std::chrono::steady_clock::now();
  CHECK(program.wait_until(
      [&] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(300); }));
  program.send(SIGINT);
  const ProgramResult result = program.result();
  CHECK(result.status == 130);
  CHECK_THAT(result.err, Catch::StartsWith("calculon: interrupted"));
  close(descriptor);
}

TEST_CASE("a terminal that is closed leaves no half of the profiles", "[cli]") {
  const TempFolder folder;
  const std::string profiles = folder.file("profiles");
  for (int i = 0; i < 5; ++i) {
    BackgroundProgram program({"hetero-profile", "--layers", "500", "--output-dir", profiles});
    program.wait_until([&] { return std::filesystem::exists(profiles); });
    program.send(SIGHUP);
    const int status = program.result().status;
    CHECK((status == 130 || status == -SIGHUP || status == 0));
    for (const auto& entry : std::filesystem::directory_iterator(profiles)) {
      CHECK(status == 0);
      CHECK(entry.path().extension() == ".json");
    }
    std::filesystem::remove_all(profiles);
  }
}

}  // namespace calculon::test
