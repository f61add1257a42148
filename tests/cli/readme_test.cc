// The commands of the README run as they are written.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/installation.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

struct Example {
  std::string line;
  int status = 0;
};

// The commands of a ```sh block, and what the ```text block below it shows of their output.
struct ExampleBlock {
  std::vector<Example> examples;
  std::vector<std::string> shown;
};

// "... # exit 1" -> 1
int expected_status(const std::string& line) {
  const std::string mark = "# exit ";
  const auto at = line.find(mark);
  return at == std::string::npos ? 0 : std::stoi(line.substr(at + mark.size()));
}

bool is_command(const std::string& line) {
  return line.starts_with("./bin/calculon") || line.starts_with("grep ") ||
         line.starts_with("cat ");
}

// The blocks with lines that start the program or look into its files, with those they continue
// on.
std::vector<ExampleBlock> blocks_of(const std::string& text) {
  std::vector<ExampleBlock> blocks(1);  // the first one is for texts in front of all commands
  std::string kind;
  std::string command;
  for (std::string line : lines_of(text)) {
    if (line.starts_with("```")) {
      kind = kind.empty() ? line.substr(3) + " block" : "";
      if (kind == "sh block") {
        blocks.emplace_back();
      }
      continue;
    }
    if (kind == "text block") {
      blocks.back().shown.push_back(line);
    }
    if (line.starts_with("$ ")) {
      line = line.substr(2);
    }
    if (kind != "sh block" || (command.empty() && !is_command(line))) {
      continue;
    }
    const bool continues = line.ends_with('\\');
    command += continues ? line.substr(0, line.size() - 1) : line;
    if (!continues) {
      blocks.back().examples.push_back({command, expected_status(command)});
      command.clear();
    }
  }
  std::erase_if(blocks, [](const ExampleBlock& block) { return block.examples.empty(); });
  return blocks;
}

constexpr std::string_view kGap = "…";

// Whether a line of output is the one that is shown, of which parts may be left out. What was
// measured is another in every run.
bool is_shown_as(const std::string& line, const std::string& shown) {
  for (const char* measured : {"Calculation rate: ", "Strategies: "}) {
    if (shown.starts_with(measured)) {
      return line.starts_with(measured);
    }
  }
  const std::size_t gap = shown.find(kGap);
  if (gap == std::string::npos) {
    return line == shown;
  }
  const std::string head = shown.substr(0, gap);
  const std::string tail = shown.substr(gap + kGap.size());
  return line.size() >= head.size() + tail.size() && line.starts_with(head) && line.ends_with(tail);
}

// The first line that is shown but not printed where it should be; "" if there is none.
std::string misplaced(const std::vector<std::string>& shown, const std::vector<std::string>& out) {
  std::size_t next = 0;
  bool anywhere = false;
  for (const std::string& line : shown) {
    if (line == kGap) {
      anywhere = true;
      continue;
    }
    while (anywhere && next < out.size() && !is_shown_as(out[next], line)) {
      ++next;
    }
    if (next == out.size() || !is_shown_as(out[next], line)) {
      return line;
    }
    ++next;
    anywhere = false;
  }
  return "";
}

// Files written to /tmp/ go to `folder` instead.
std::string redirected(std::string line, const std::string& folder) {
  const std::string shared = " /tmp/";
  for (auto at = line.find(shared); at != std::string::npos; at = line.find(shared, at + 1)) {
    line.replace(at, shared.size(), " " + folder + "/");
  }
  return line;
}

// The same in what is printed, the other way round.
std::string as_written(std::string text, const std::string& folder) {
  for (auto at = text.find(folder + "/"); at != std::string::npos; at = text.find(folder + "/")) {
    text.replace(at, folder.size() + 1, "/tmp/");
  }
  return text;
}

}  // namespace

TEST_CASE("examples are the program's lines in sh blocks, with what is shown of them", "[cli]") {
  const auto blocks = blocks_of(
      "./bin/calculon a\n```sh\n$ ./bin/calculon b\nmake\n./bin/calculon c \\\n  d  # exit 1\n```\n"
      "```text\n./bin/calculon e\n```\n```sh\nmake\n```\n");
  REQUIRE(blocks.size() == 1);
  const auto& examples = blocks[0].examples;
  REQUIRE(examples.size() == 2);
  CHECK(examples[0].line == "./bin/calculon b");
  CHECK(examples[0].status == 0);
  CHECK(examples[1].line == "./bin/calculon c   d  # exit 1");
  CHECK(examples[1].status == 1);
  CHECK(blocks[0].shown == std::vector<std::string>{"./bin/calculon e"});
}

TEST_CASE("a line that is shown is the next one, or any behind a gap", "[cli]") {
  const std::vector<std::string> out = {"one", "two", "three: 3", "four"};
  CHECK(misplaced({"one", "two"}, out).empty());
  CHECK(misplaced({"one", "…", "four", "…"}, out).empty());
  CHECK(misplaced({"…", "three: …", "four"}, out).empty());
  CHECK(misplaced({"two"}, out) == "two");
  CHECK(misplaced({"one", "four"}, out) == "four");
  CHECK(misplaced({"one", "…", "thr…4"}, out) == "thr…4");
  CHECK(misplaced({"…", "four", "five"}, out) == "five");
}

TEST_CASE("the commands of the README run as written and print what it shows", "[cli]") {
  if (!std::filesystem::exists(source_path("README.md"))) {
    return;
  }
  const Installation installation;
  const std::string folder = installation.folder().path();
  const auto blocks = blocks_of(source_text("README.md"));
  CHECK(blocks.size() >= 10);
  for (const ExampleBlock& block : blocks) {
    std::string printed;
    for (const Example& example : block.examples) {
      const ProgramResult result = installation.run(redirected(example.line, folder));
      INFO(example.line << "\n" << result.err);
      CHECK(result.status == example.status);
      printed += result.out + result.err;
    }
    const std::string missing = misplaced(block.shown, lines_of(as_written(printed, folder)));
    INFO(block.examples.front().line << "\ndoes not print\n" << missing << "\nin\n" << printed);
    CHECK(missing.empty());
  }
}

}  // namespace calculon::test
