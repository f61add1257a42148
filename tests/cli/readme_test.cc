// The commands of the README and of the pages of docs run as they are written.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
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
  constexpr std::array<std::string_view, 4> kBeginnings = {"./bin/calculon", "grep ", "cat ",
                                                           "mkdir "};
  return std::ranges::any_of(kBeginnings,
                             [&](std::string_view word) { return line.starts_with(word); });
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

std::vector<std::string> pages() {
  std::vector<std::string> files = source_files("docs", {".md"});
  files.emplace_back("README.md");
  return files;
}

// Runs the commands of a page one after the other in a folder of its own, and compares what they
// print with what the page shows.
void check_page(const std::string& page, const std::vector<ExampleBlock>& blocks) {
  const Installation installation;
  for (const ExampleBlock& block : blocks) {
    std::string printed;
    for (const Example& example : block.examples) {
      const ProgramResult result = installation.run(example.line);
      INFO(page << ": " << example.line << "\n" << result.err);
      CHECK(result.status == example.status);
      printed += result.out + result.err;
    }
    const std::string missing = misplaced(block.shown, lines_of(printed));
    INFO(page << ": " << block.examples.front().line << "\ndoes not print\n"
              << missing << "\nin\n"
              << printed);
    CHECK(missing.empty());
  }
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

TEST_CASE("the commands of the README and of the pages run as written and print what they show",
          "[cli][docs]") {
  std::size_t commands = 0;
  for (const std::string& page : pages()) {
    const auto blocks = blocks_of(source_text(page));
    if (!blocks.empty()) {
      check_page(page, blocks);
    }
    for (const ExampleBlock& block : blocks) {
      commands += block.examples.size();
    }
  }
  CHECK(commands >= 60);
}

TEST_CASE("examples write into the folder out, or runs of studies into runs", "[docs]") {
  for (const std::string& page : pages()) {
    const std::string text = source_text(page);
    INFO(page);
    CHECK(text.find("/tmp") == std::string::npos);
    for (const ExampleBlock& block : blocks_of(text)) {
      for (const Example& example : block.examples) {
        const std::size_t at = example.line.find(" -o ");
        const std::string output = at == std::string::npos ? "" : example.line.substr(at + 4);
        INFO(example.line);
        CHECK((output.empty() || output.starts_with("out/") || output.starts_with("runs/")));
      }
    }
  }
}

}  // namespace calculon::test
