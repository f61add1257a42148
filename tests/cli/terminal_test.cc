// What a terminal shows, in terminals of several widths.
#include "support/terminal.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/examples.h"
#include "support/command_line.h"
#include "support/findings.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "text/folded_text.h"

namespace calculon::test {
namespace {

constexpr int kWidths[] = {60, 80, 120};

// Lines of words that are wider than the terminal. One word may be, such as a path.
void find_wide(const ProgramResult& session, int columns, const std::string& what,
               Findings& findings) {
  for (const std::string& line : shown_lines(session.out)) {
    const std::size_t first = line.find_first_not_of(' ');
    const bool one_word = first != std::string::npos && line.find(' ', first) == std::string::npos;
    findings.add_unless(display_width(line) <= static_cast<std::size_t>(columns) || one_word,
                        what + " at " + std::to_string(columns) + ": " + line);
  }
}

// A folder with the examples of the source tree.
class ExampleFolder {
 public:
  ExampleFolder() {
    std::filesystem::create_directory_symlink(source_path("examples"),
                                              folder_.path() + "/examples");
  }
  const std::string& path() const { return folder_.path(); }

 private:
  TempFolder folder_;
};

Arguments words_of(std::string_view line) {
  Arguments words;
  for (const std::string_view word : split(line, ' ')) {
    words.emplace_back(word);
  }
  words.erase(words.begin());  // the program
  return words;
}

}  // namespace

TEST_CASE("help is no wider than the terminal", "[cli]") {
  const TempFolder folder;
  Findings findings;
  for (const int columns : kWidths) {
    std::vector<Arguments> all = {{"--help"}};
    for (const Command& command : commands()) {
      all.push_back({std::string(command.name), "--help"});
    }
    for (const ListedCommand& command : listed_commands()) {
      for (const std::string& verb : command.verbs) {
        all.push_back({command.name, verb, "--help"});
      }
    }
    for (const Arguments& arguments : all) {
      const ProgramResult session = run_in_terminal(columns, arguments, folder.path());
      INFO(arguments.front());
      CHECK(session.status == 0);
      CHECK_THAT(session.out, Catch::Contains("Usage: calculon"));
      find_wide(session, columns, arguments.front(), findings);
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("answers are no wider than the terminal", "[cli]") {
  const ExampleFolder folder;
  REQUIRE(run_built_program({"study", "run", "sc23-fig3", "-o", "runs"}, folder.path()).status ==
          0);
  const std::vector<std::string> lines = {
      "calculon list models",
      "calculon list systems",
      "calculon list executions",
      "calculon list studies",
      "calculon list chips",
      "calculon statistics",
      "calculon study list",
      "calculon study check sensitivity-h100 --quick",
      "calculon study status runs",
      "calculon study run -o runs",
      "calculon llm llama-3.1-70b llama-3.1-70b_512_t4_p4 h100 - --improve --tokens 15e12",
      "calculon loe llama-3.1-70b 64 128 bfloat16 h100 best.json -t 5 --tokens 15e12",
      "calculon loe gpt3-175B 64 64 float16 a100_80g best.json -t 5",
      "calculon loe-moe gpt-1.8T 256 256 float16 TwoTiered_HBD64 moe.json --moe 16 --tp 8 -t 5",
      "calculon loe-moe-flex gpt-1.8T 64 64 float16 TwoTiered_HBD64 x.json --moe 8 --tp 1..8 -t 5",
      "calculon lae llama-3.1-70b 64 128 bfloat16 h100 all.csv --tp 8",
      "calculon lpc llama-3.1-70b mixtral-8x7b",
      "calculon fit h100 examples/measured/my-cluster.csv",
      "calculon lv --measured examples/measured/nanotron.csv.gz",
      "calculon hetero-plan --hostfile examples/hetero/hostfile --clusterfile "
      "examples/hetero/clusterfile.json --profile-dir examples/hetero/profiles "
      "--global-batch-size 128",
  };
  Findings findings;
  for (const int columns : kWidths) {
    for (const std::string& line : lines) {
      const ProgramResult session = run_in_terminal(columns, words_of(line), folder.path());
      INFO(line);
      INFO(session.out);
      CHECK(session.status == 0);
      find_wide(session, columns, line, findings);
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("help is for 80 columns where there is no terminal, or for as many as COLUMNS says",
          "[cli]") {
  const TempFolder folder;
  const auto widest = [&](const std::string& environment) {
    std::size_t width = 0;
    const ProgramResult result =
        run_shell(environment + program_path() + " loe --help", folder.path());
    for (const std::string& line : lines_of(result.out)) {
      width = std::max(width, display_width(line));
    }
    return width;
  };
  const std::size_t unknown = widest("env -u COLUMNS ");
  CHECK(unknown <= 80);
  CHECK(unknown > 70);
  CHECK(widest("COLUMNS=120 ") > 100);
  CHECK(widest("COLUMNS=60 ") <= 60);
  CHECK(widest("COLUMNS=wide ") == unknown);
  CHECK(widest("COLUMNS= ") == unknown);
}

TEST_CASE("a list in a pipe has a line for each row", "[cli]") {
  const TempFolder folder;
  const ProgramResult piped = run_built_program({"list", "systems"}, folder.path());
  const ProgramResult shown = run_in_terminal(80, {"list", "systems"}, folder.path());
  CHECK(lines_of(piped.out).size() < shown_lines(shown.out).size() - 1);
  for (const std::string& line : lines_of(piped.out)) {
    CHECK(!line.starts_with(' '));
  }
}

TEST_CASE("a terminal that cannot color, or shall not, gets no color", "[cli]") {
  const TempFolder folder;
  const Arguments search = {"loe", "llama-3.1-8b", "8", "8", "bfloat16", "h100", "best.json"};
  const auto is_colored = [&](const std::vector<std::string>& environment) {
    return run_in_terminal(80, search, folder.path(), environment).out.find('\x1b') !=
           std::string::npos;
  };
  CHECK(is_colored({}));
  CHECK(is_colored({"NO_COLOR="}));  // an empty value means nothing
  CHECK_FALSE(is_colored({"NO_COLOR=1"}));
  CHECK_FALSE(is_colored({"TERM=dumb"}));
  Arguments logged = {"--log", "log.txt"};
  logged.insert(logged.end(), search.begin(), search.end());
  run_in_terminal(80, logged, folder.path());
  CHECK(raw_bytes(folder.path() + "/log.txt").find('\x1b') == std::string::npos);
}

TEST_CASE("every example of the help runs", "[cli]") {
  const ExampleFolder folder;
  std::set<std::string> with_example;
  for (const calculon::Example& example : examples()) {
    INFO(example.line);
    std::string line(example.line);
    REQUIRE_THAT(line, Catch::StartsWith("calculon "));
    const ProgramResult result =
        run_shell(program_path() + line.substr(std::string("calculon").size()), folder.path());
    INFO(result.err);
    CHECK(result.status == 0);
    with_example.insert(std::string(example.command.substr(0, example.command.find(' '))));
    const std::string help =
        run_program(words_of(std::string("calculon ") + std::string(example.command) + " --help"))
            .out;
    CHECK_THAT(help, Catch::Contains("\nExamples:\n"));
  }
  for (const Command& command : commands()) {
    INFO(command.name);
    CHECK((with_example.contains(std::string(command.name)) || command.hidden()));
  }
}

TEST_CASE("an example is broken as a shell reads it", "[cli]") {
  const calculon::Example example{"llm", "calculon llm one two three", ""};
  CHECK(example_line(example, 80, 2) == "  calculon llm one two three");
  CHECK(example_line(example, 20, 2) == "  calculon llm one \\\n      two three");
  const calculon::Example with_option{"llm", "calculon llm --tp 8 --layers --pp 4", ""};
  CHECK(example_line(with_option, 20, 0) ==
        "calculon llm \\\n    --tp 8 \\\n    --layers \\\n    --pp 4");
}

}  // namespace calculon::test
