#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "cli/shell/shell_completion.h"

namespace calculon {
namespace {

// zsh's _arguments does the walk over the line; the script only lists what there is.

constexpr std::string_view kZshHead = R"(#compdef calculon
# Completion of calculon's command line in zsh, as written by `calculon completion zsh`.

_calculon() {
  local curcontext=$curcontext state line
  local -a commands
  typeset -A opt_args
)";

// Text that stands between brackets or colons of a specification.
std::string zsh_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("[]:\\").find(c) != std::string_view::npos) {
      result += '\\';
    }
    result += c;
  }
  return result;
}

// What completes a value: an action of _arguments.
std::string action(const ArgumentUsage& argument) {
  switch (argument.kind) {
    case ValueKind::kChoice:
      return argument.several ? fmt::format("{{_values -s , {} {}}}", argument.value,
                                            fmt::join(argument.choices, " "))
                              : fmt::format("({})", fmt::join(argument.choices, " "));
    case ValueKind::kWords:
      if (is_list_of_files(argument.word_list)) {
        return fmt::format("{{compadd -a _calculon_{}; _files}}", argument.word_list);
      }
      return argument.several ? fmt::format("{{_values -s , {} $_calculon_{}}}", argument.value,
                                            argument.word_list)
                              : fmt::format("{{compadd -a _calculon_{}}}", argument.word_list);
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kFolder:
      return "_files -/";
    default:
      return " ";  // nothing to offer, only the message
  }
}

// '(-p --peers)'{-p,--peers}'[also write ...]:FILE:_files'
std::string option_line(const ArgumentUsage& option) {
  std::string rest = fmt::format("[{}]", zsh_escaped(option.help));
  if (option.kind != ValueKind::kNone) {
    rest += fmt::format(":{}:{}", zsh_escaped(option.value), action(option));
  }
  const bool several = option.names.size() > 1;
  const std::string names = several ? fmt::format("'({})'{{{}}}", fmt::join(option.names, " "),
                                                  fmt::join(option.names, ","))
                                    : option.names[0];
  return names + shell_word(rest);
}

std::string argument_line(const ArgumentUsage& argument, std::size_t place) {
  const std::string where = argument.repeated ? "*" : fmt::format("{}", place);
  return shell_word(fmt::format("{}:{}, {}:{}", where, zsh_escaped(argument.names[0]),
                                zsh_escaped(argument.help), action(argument)));
}

// A call of _arguments for the options and arguments of a command.
std::string arguments_call(const CommandUsage& command, std::string_view indent) {
  std::string call = fmt::format("{}_arguments -S", indent);
  const auto add = [&](const std::string& line) {
    call += fmt::format(" \\\n{}  {}", indent, line);
  };
  for (const ArgumentUsage& option : command.options) {
    add(option_line(option));
  }
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    add(argument_line(command.arguments[i], i + 1));
  }
  return call;
}

}  // namespace

std::string zsh_completion(const ProgramUsage& usage) {
  std::string script(kZshHead);
  for (const auto& [list, words] : usage.word_lists) {
    script += fmt::format("  local -a _calculon_{0}=({1})\n", list, fmt::join(words, " "));
  }
  script += "  commands=(\n";
  for (const CommandUsage& command : usage.commands) {
    for (const std::string& name : command.names) {
      script +=
          fmt::format("    {}\n", shell_word(zsh_escaped(name) + ":" + zsh_escaped(command.help)));
    }
  }
  script += "  )\n";
  CommandUsage global = usage.global;
  global.arguments.clear();
  script += arguments_call(global, "  ") + " \\\n    '1: :->command' '*:: :->rest'\n";
  script += "  case $state in\n    command) _describe command commands ;;\n    rest)\n";
  script += "      curcontext=${curcontext%:*}-$words[1]:\n      case $words[1] in\n";
  for (const CommandUsage& command : usage.commands) {
    script += fmt::format("        {})\n{}\n          ;;\n", fmt::join(command.names, "|"),
                          arguments_call(command, "          "));
  }
  return script + "      esac\n      ;;\n  esac\n}\n\n" +
         "if [[ $funcstack[1] == _calculon ]]; then\n  _calculon \"$@\"\nelse\n"
         "  compdef _calculon calculon\nfi\n";
}

}  // namespace calculon
