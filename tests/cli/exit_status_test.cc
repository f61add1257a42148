// The exit statuses are told in three places, which have to tell the same.
#include "cli/exit_status.h"

#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "support/program.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

std::set<int> known_statuses() {
  std::set<int> statuses;
  for (const ExitStatus& status : kExitStatuses) {
    statuses.insert(status.status);
  }
  return statuses;
}

// What the pattern's group finds in the part of `text` from `begin` up to `end`, or to its end.
std::set<int> numbers_between(const std::string& text, const std::string& begin,
                              const std::string& end, const std::regex& pattern) {
  const auto from = text.find(begin);
  REQUIRE(from != std::string::npos);
  const auto start = from + begin.size();
  const std::string part = text.substr(start, text.find(end, start) - start);
  std::set<int> numbers;
  for (std::sregex_iterator match(part.begin(), part.end(), pattern), last; match != last;
       ++match) {
    numbers.insert(std::stoi((*match)[1]));
  }
  return numbers;
}

// Without the breaks of lines that are wider than the terminal.
std::string in_one_line(const std::string& text) {
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

}  // namespace

TEST_CASE("help, manual page and the page on use tell of the same exit statuses", "[cli]") {
  const std::set<int> known = known_statuses();
  CHECK(known.size() == kExitStatuses.size());
  CHECK((numbers_between(in_one_line(run_program({"--help"}).out), "Exit status:", ".",
                         std::regex("(?:^|,) (\\d+) [a-z]")) == known));
  CHECK((numbers_between(run_program({"manual"}).out, ".SH EXIT STATUS\n", "\n.SH",
                         std::regex("\\\\fB(\\d+)\\\\fR")) == known));
  CHECK((numbers_between(source_text("docs/using.md"), "## Exit status\n", "\n## ",
                         std::regex("\n\\| (\\d+) \\|")) == known));
}

}  // namespace calculon::test
