#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// The command line as data, read off the parser: help, shell completions and the manual page are
// written from it, so an option is described where it is added and nowhere else. Hidden commands
// and options are left out.

// What a shell can offer as a value.
enum class ValueKind {
  kNone,  // a flag
  kChoice,
  kFile,
  kFolder,
  kWords,  // one of a list of words, or a file if the list is of bundled files
  kOther,  // a number, a name ...
};

struct ArgumentUsage {
  std::vector<std::string> names;  // "-l", "--log"; the one name of a positional argument
  std::string help;
  ValueKind kind = ValueKind::kOther;
  std::string value;                 // "FILE", "INT" ...: what stands for the value in texts
  std::vector<std::string> choices;  // of a kChoice
  std::string default_value;         // empty: none
  bool several = false;   // values with commas between them, or something else behind a word
  std::string word_list;  // of kWords, the name of the list
  bool required = false;
  bool repeated = false;  // a positional argument that takes all that follow
};

ArgumentUsage argument_usage(const CLI::Option& option);

struct CommandUsage {
  std::vector<std::string> names;  // the name and its aliases
  std::string help;
  std::vector<ArgumentUsage> options;
  std::vector<ArgumentUsage> arguments;  // positional, in order
};

struct ProgramUsage {
  CommandUsage global;  // its options stand before the command
  std::vector<CommandUsage> commands;
  std::map<std::string, std::vector<std::string>> word_lists;  // of kWords, for shells
};

// The list of words that are offered for values of one name, such as kModelValue.
struct ValueWords {
  std::string_view value;
  std::string_view list;
  bool files;    // a file is another possibility
  bool several;  // see ArgumentUsage
};
std::span<const ValueWords> value_words();
// Whether a file is a possibility beside the words of a list.
bool is_list_of_files(std::string_view list);

// The program that `command` is a subcommand of.
ProgramUsage usage_of_program(const CLI::App& command);

}  // namespace calculon
