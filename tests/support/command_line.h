#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace calculon::test {

// The command line as the parser has it, for tests of what is written from it.

struct ListedOption {
  std::vector<std::string> names;                   // "-t", "--top-n"
  std::vector<std::string> choices;                 // of a value that is one of a few words
  std::string value;                                // what the value is called
  bool is_list() const { return value == "LIST"; }  // several choices, with commas between them
};

struct ListedCommand {
  std::string name;
  std::string alias;                  // empty: none
  std::vector<ListedOption> options;  // of all its verbs, if it has any
  std::vector<std::string> verbs;

  std::set<std::string> option_names() const;
};

// Without hidden commands and options.
std::vector<ListedCommand> listed_commands();

}  // namespace calculon::test
