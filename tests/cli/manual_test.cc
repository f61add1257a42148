// What the manual page tells, held against the parser.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>
#include <regex>

#include "support/command_line.h"
#include "support/program.h"

namespace calculon::test {
namespace {

// Without troff's spelling of hyphens.
std::string manual_page() {
  const ProgramResult result = run_program({"manual"});
  CHECK(result.status == 0);
  return std::regex_replace(result.out, std::regex("\\\\-"), "-");
}

// From `heading` up to the next one of its kind or a higher one.
std::string section_of(const std::string& page, const std::string& heading) {
  const auto begin = page.find(heading + "\n");
  INFO(heading);
  REQUIRE(begin != std::string::npos);
  return page.substr(begin, page.find("\n.S", begin) - begin);
}

}  // namespace

TEST_CASE("the manual page tells of every command, option and value", "[cli]") {
  const std::string page = manual_page();
  std::size_t num_commands = 0;
  for (const ListedCommand& command : listed_commands()) {
    const std::string section = section_of(
        page, ".SS " + command.name + (command.alias.empty() ? "" : ", " + command.alias));
    std::set<std::string> told;
    const std::regex kOption("\\\\fB(-[A-Za-z0-9_-]+)\\\\fR");
    for (std::sregex_iterator match(section.begin(), section.end(), kOption), last; match != last;
         ++match) {
      told.insert((*match)[1]);
    }
    INFO(command.name);
    CHECK((told == command.option_names()));
    for (const ListedOption& option : command.options) {
      if (!option.choices.empty()) {
        CHECK_THAT(section, Catch::Contains(fmt::format("{}", fmt::join(option.choices, "|"))));
      }
    }
    ++num_commands;
  }
  const std::regex kHeading("\n\\.SS ");
  CHECK(std::distance(std::sregex_iterator(page.begin(), page.end(), kHeading), {}) ==
        static_cast<std::ptrdiff_t>(num_commands));
}

TEST_CASE("the manual page has the sections of a manual page, in their order", "[cli]") {
  const std::string page = manual_page();
  std::size_t at = 0;
  for (const std::string section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS",
                                    "EXIT STATUS", "FILES", "EXAMPLES"}) {
    INFO(section);
    const auto found = page.find(".SH " + section + "\n");
    CHECK(found != std::string::npos);
    CHECK(found >= at);
    at = found;
  }
}

}  // namespace calculon::test
