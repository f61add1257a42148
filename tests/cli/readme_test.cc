// The commands of the README run as they are written.
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/installation.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

struct Example {
  std::string line;
  int status = 0;
};

// "... # exit 1" -> 1
int expected_status(const std::string& line) {
  const std::string mark = "# exit ";
  const auto at = line.find(mark);
  return at == std::string::npos ? 0 : std::stoi(line.substr(at + mark.size()));
}

// The lines of ```sh blocks that start the program, with those they continue on.
std::vector<Example> examples_of(const std::string& text) {
  std::vector<Example> examples;
  bool in_block = false;
  std::string command;
  for (std::string line : lines_of(text)) {
    if (line.starts_with("```")) {
      in_block = line == "```sh";
      continue;
    }
    if (line.starts_with("$ ")) {
      line = line.substr(2);
    }
    if (!in_block || (command.empty() && !line.starts_with("./bin/calculon"))) {
      continue;
    }
    const bool continues = line.ends_with('\\');
    command += continues ? line.substr(0, line.size() - 1) : line;
    if (!continues) {
      examples.push_back({command, expected_status(command)});
      command.clear();
    }
  }
  return examples;
}

// Files written to /tmp/ go to `folder` instead.
std::string redirected(std::string line, const std::string& folder) {
  const std::string shared = " /tmp/";
  for (auto at = line.find(shared); at != std::string::npos; at = line.find(shared, at + 1)) {
    line.replace(at, shared.size(), " " + folder + "/");
  }
  return line;
}

}  // namespace

TEST_CASE("examples are the program's lines in sh blocks", "[cli]") {
  const auto examples = examples_of(
      "./bin/calculon a\n```sh\n$ ./bin/calculon b\nmake\n./bin/calculon c \\\n  d  # exit 1\n```\n"
      "```text\n./bin/calculon e\n```\n");
  REQUIRE(examples.size() == 2);
  CHECK(examples[0].line == "./bin/calculon b");
  CHECK(examples[0].status == 0);
  CHECK(examples[1].line == "./bin/calculon c   d  # exit 1");
  CHECK(examples[1].status == 1);
}

TEST_CASE("the commands of the README run as written", "[cli]") {
  if (!std::filesystem::exists(source_path("README.md"))) {
    return;
  }
  const Installation installation;
  const auto examples = examples_of(source_text("README.md"));
  CHECK(examples.size() >= 3);
  for (const Example& example : examples) {
    const ProgramResult result =
        installation.run(redirected(example.line, installation.folder().path()));
    INFO(example.line << "\n" << result.err);
    CHECK(result.status == example.status);
  }
}

}  // namespace calculon::test
