#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "cli/shell/shell_completion.h"

namespace calculon {
namespace {

// The script is three tables, as shell functions, and the walk over the line that looks things up
// in them. A command is called by its full name there; the program itself, before a command, is ''.

constexpr std::string_view kBashHead =
    R"(# Completion of calculon's command line in bash, as written by `calculon completion bash`.
)";

constexpr std::string_view kWalk = R"sh(
_calculon() {
  local current=${COMP_WORDS[COMP_CWORD]} command='' option='' place=1 choices word
  [[ $current == = ]] && current=''  # --option=value is three words
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == = ]]; then
      continue
    elif [[ -n $option ]]; then
      option=''  # this word is its value
    elif [[ $word == -?* ]]; then
      [[ -n $(_calculon_values "$command" "$word") ]] && option=$word
    elif [[ -z $command ]]; then
      command=$(_calculon_command "$word")
    else
      ((++place))
    fi
  done

  if [[ -n $option ]]; then
    choices=$(_calculon_values "$command" "$option")
  elif [[ $current == -* ]]; then
    choices=$(_calculon_options "$command")
  else
    choices=$(_calculon_values "$command" "$place")
  fi
  COMPREPLY=()
  case $choices in
    @file)
      compopt -o filenames -o default 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      ;;
    @folder)
      compopt -o filenames -o dirnames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      ;;
    @files\ *)
      compopt -o filenames -o default 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -W "$(_calculon_words "${choices#* }")" -- "$current"
                               compgen -f -- "$current")
      ;;
    @words\ *)
      mapfile -t COMPREPLY < <(compgen -W "$(_calculon_words "${choices#* }")" -- "$current")
      ;;
    @several\ * | @choices\ *)
      if [[ $choices == @several* ]]; then
        choices=$(_calculon_words "${choices#* }")
      else
        choices=${choices#* }
      fi
      word=${current##*,}  # behind the last comma
      compopt -o nospace 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -P "${current%"$word"}" -W "$choices" -- "$word")
      ;;
    @any) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current") ;;
  esac
}

complete -F _calculon calculon
)sh";

// What follows an option or stands in a place; nothing for a flag.
std::string values(const ArgumentUsage& argument) {
  switch (argument.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kChoice:
      return fmt::format("{}{}", argument.several ? "@choices " : "",
                         fmt::join(argument.choices, " "));
    case ValueKind::kWords:
      return fmt::format("{} {}",
                         is_list_of_files(argument.word_list) ? "@files"
                         : argument.several                   ? "@several"
                                                              : "@words",
                         argument.word_list);
    case ValueKind::kFile:
      return "@file";
    case ValueKind::kFolder:
      return "@folder";
    case ValueKind::kOther:
      return "@any";
  }
  return "";
}

std::string all_names(const std::vector<CommandUsage>& commands) {
  std::string names;
  for (const CommandUsage& command : commands) {
    names += fmt::format("{}{}", names.empty() ? "" : " ", fmt::join(command.names, " "));
  }
  return names;
}

std::string command_rows(const std::vector<CommandUsage>& commands) {
  std::string rows;
  for (const CommandUsage& command : commands) {
    rows += fmt::format("    {}) echo {} ;;\n", fmt::join(command.names, " | "), command.names[0]);
  }
  return rows;
}

std::string word_rows(const ProgramUsage& usage) {
  std::string rows;
  for (const auto& [list, words] : usage.word_lists) {
    rows += fmt::format("    {}) echo {} ;;\n", list,
                        shell_word(fmt::format("{}", fmt::join(words, " "))));
  }
  return rows;
}

std::string option_row(std::string_view name, const CommandUsage& command) {
  std::string options;
  for (const ArgumentUsage& option : command.options) {
    options += fmt::format(" {}", fmt::join(option.names, " "));
  }
  return fmt::format("    {}) echo{} ;;\n", shell_word(name), options);
}

std::string value_rows(std::string_view name, const CommandUsage& command) {
  std::string rows;
  for (const ArgumentUsage& option : command.options) {
    if (option.kind == ValueKind::kNone) {
      continue;
    }
    std::string pattern;
    for (const std::string& option_name : option.names) {
      pattern += pattern.empty() ? "" : " | ";
      pattern += shell_word(fmt::format("{} {}", name, option_name));
    }
    rows += fmt::format("    {}) echo {} ;;\n", pattern, shell_word(values(option)));
  }
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    const ArgumentUsage& argument = command.arguments[i];
    const std::string pattern = argument.repeated ? shell_word(fmt::format("{} ", name)) + "[0-9]*"
                                                  : shell_word(fmt::format("{} {}", name, i + 1));
    rows += fmt::format("    {}) echo {} ;;\n", pattern, shell_word(values(argument)));
  }
  return rows;
}

std::string table(std::string_view comment, std::string_view function, std::string_view key,
                  const std::string& rows) {
  return fmt::format("\n# {}\n{}() {{\n  case {} in\n{}  esac\n}}\n", comment, function, key, rows);
}

}  // namespace

std::string bash_completion(const ProgramUsage& usage) {
  std::string options = option_row("", usage.global);
  std::string values = value_rows("", usage.global) +
                       fmt::format("    ' 1') echo {} ;;\n", shell_word(all_names(usage.commands)));
  for (const CommandUsage& command : usage.commands) {
    options += option_row(command.names[0], command);
    values += value_rows(command.names[0], command);
  }
  return std::string(kBashHead) +
         table("The full name of a command.", "_calculon_command", "$1",
               command_rows(usage.commands) + "    *) echo unknown ;;\n") +
         table("The options of a command.", "_calculon_options", "$1", options) +
         table("Lists of words.", "_calculon_words", "$1", word_rows(usage)) +
         table(
             "What follows an option of a command, or is its nth argument: words to choose from, "
             "@file,\n# @folder or @any; @words LIST, @files LIST for a file or one of the words, "
             "@several LIST\n# or @choices WORDS for words with commas between them.",
             "_calculon_values", "\"$1 $2\"", values) +
         std::string(kWalk);
}

}  // namespace calculon
