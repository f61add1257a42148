// The command line itself: help, mistakes, exit statuses, the log.
#include <catch2/catch.hpp>

#include "cli/commands.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

void check_usage(const Arguments& arguments, const std::string& message) {
  const ProgramResult result = run_program(arguments);
  INFO(message);
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(is_one_line(result.err));
  CHECK_THAT(result.err, Catch::StartsWith("calculon: " + message));
}

const std::string& model() {
  static const std::string kPath = source_path("models/gpt3-175B.json");
  return kPath;
}

}  // namespace

TEST_CASE("the program and every command have --help", "[cli]") {
  const ProgramResult overview = run_program({"--help"});
  CHECK(overview.status == 0);
  CHECK(overview.err.empty());
  for (const Command& command : commands()) {
    const std::string name(command.name);
    for (const std::string option : {"--help", "-h"}) {
      const ProgramResult result = run_program({name, option});
      INFO(name);
      CHECK(result.status == 0);
      CHECK(result.err.empty());
      CHECK_THAT(result.out, Catch::Contains(std::string(command.help)));
      CHECK_THAT(result.out, Catch::Contains("calculon " + name));
    }
    if (!command.alias.empty()) {
      CHECK(run_program({std::string(command.alias), "--help"}).status == 0);
      CHECK_THAT(overview.out, Catch::Contains(name + ", " + std::string(command.alias)));
    }
  }
}

TEST_CASE("a mistake on the command line is one line and status 2", "[cli]") {
  check_usage({"lmm"}, "unknown command 'lmm' (did you mean 'llm'?)");
  check_usage({"llm-parametr-calculator", "x.json"},
              "unknown command 'llm-parametr-calculator' (did you mean "
              "'llm-parameter-calculator'?)");
  check_usage({"bake-a-cake"}, "unknown command 'bake-a-cake' (");
  check_usage({"--frobnicate"}, "unknown option '--frobnicate'");
  check_usage({"llm"}, "application is required");
  check_usage({"llm", "a.json", "b.json"}, "system is required");
  check_usage({"llm", "a.json", "b.json", "c.json", "-", "e"},
              "The following argument was not expected: e");
  check_usage({"version", "--loud"}, "The following argument was not expected: --loud");
  check_usage({"lpc", "-a", "wide", model()}, "--alignment: ");
  check_usage({"lpc", "-a", "201", model()}, "--alignment: ");
  check_usage({"lv", "--max-error"}, "--max-error: ");
  check_usage({"lv", "--max-error", "much"}, "");
  check_usage({"-v"}, "--verbosity: ");
}

TEST_CASE("without a command the commands are listed, which is a mistake", "[cli]") {
  const std::string told = "calculon: expected a command, one of the above\n";
  for (const Arguments& arguments : {Arguments{}, Arguments{"-v", "ERROR"}, Arguments{"study"}}) {
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, Catch::EndsWith("\n" + told));
    Arguments help = arguments;
    help.emplace_back("--help");
    CHECK(result.err == run_program(help).out + told);
  }
  const std::string listed = run_program({}).err;
  for (const Command& command : commands()) {
    CHECK((listed.find("  " + std::string(command.name)) == std::string::npos) == command.hidden());
  }
}

TEST_CASE("--version tells the program's name and version", "[cli]") {
  const ProgramResult result = run_program({"--version"});
  CHECK(result.status == 0);
  CHECK(result.out == "calculon 0.1.0\n");
  CHECK(result.err.empty());
}

TEST_CASE("the version is printed", "[cli]") {
  for (const std::string name : {"version", "v"}) {
    const ProgramResult result = run_program({name});
    CHECK(result.status == 0);
    CHECK(result.out == "0.1.0\n");
    CHECK(result.err.empty());
  }
}

TEST_CASE("a log goes to the file that is named, in place of what was there", "[cli]") {
  const TempFolder folder;
  const std::string log = folder.write("calculon.log", "old\n");
  const ProgramResult result = run_program({"-l", log, "version"});
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK(raw_bytes(log) == "0.1.0\n");
  CHECK(run_program({"--log", "-", "version"}).out == "0.1.0\n");
  check_usage({"-l", folder.path(), "version"}, folder.path() + ": the log cannot be written: ");
}

TEST_CASE("levels have the names of Python and of spdlog, in any case", "[cli]") {
  for (const std::string level : {"DEBUG", "INFO", "info", "trace", "Debug"}) {
    CHECK(run_program({"-v", level, "version"}).out == "0.1.0\n");
  }
  for (const std::string level : {"WARNING", "ERROR", "CRITICAL", "warn", "err", "off", "fatal"}) {
    const ProgramResult result = run_program({"-v", level, "version"});
    CHECK(result.status == 0);
    CHECK(result.out.empty());
  }
  check_usage({"-v", "LOUD", "version"}, "--verbosity is 'LOUD', expected DEBUG, INFO, ");
  check_usage({"-v", "warnning", "version"}, "--verbosity is 'warnning'");
  CHECK_THAT(run_program({"-v", "warnning", "version"}).err,
             Catch::Contains("did you mean 'WARNING'?"));
}

TEST_CASE("the built program speaks and exits as in process", "[cli]") {
  const TempFolder folder;
  const ProgramResult version = run_built_program({"version"}, folder.path());
  CHECK(version.status == 0);
  CHECK(version.out == "0.1.0\n");
  CHECK(version.err.empty());
  const ProgramResult unknown = run_built_program({"lmm"}, folder.path());
  CHECK(unknown.status == 2);
  CHECK(unknown.out.empty());
  CHECK(unknown.err == run_program({"lmm"}).err);
  CHECK(run_built_program({"llm", "--help"}, folder.path()).out ==
        run_program({"llm", "--help"}).out);
}

TEST_CASE("an output stream that is full is told", "[cli]") {
  const TempFolder folder;
  const ProgramResult result = run_shell(program_path() + " version >/dev/full", folder.path());
  CHECK(result.status == 2);
  CHECK(result.err == "calculon: standard output cannot be written\n");
}

}  // namespace calculon::test
