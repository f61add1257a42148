#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "cli/shell/shell_completion.h"

namespace calculon {
namespace {

// fish takes one `complete` line for each thing that can be completed, with a condition; ours is
// always "the cursor is at this command, in this place", which __calculon_at finds out.

constexpr std::string_view kFishHead =
    R"(# Completion of calculon's command line in fish, as written by `calculon completion fish`.

)";

constexpr std::string_view kCondition = R"(
# Whether the cursor is behind a command ('': before one), in its nth place if that is given.
function __calculon_at --argument-names wanted_command wanted_place
    set -l command ''
    set -l place 1
    set -l awaits_value 0
    for word in (commandline -opc)[2..-1]
        if test $awaits_value = 1
            set awaits_value 0
        else if string match -qr -- '^-.' $word
            contains -- "$command $word" $__calculon_valued; and set awaits_value 1
        else if test -z "$command"
            set command (__calculon_command $word)
        else
            set place (math $place + 1)
        end
    end
    test "$command" = "$wanted_command"; or return
    test -z "$wanted_place"; or string match -qr -- "^($wanted_place)\$" $place
end

# Words behind those that stand there already, with commas between them.
function __calculon_several
    set -l before (string replace -r '[^,]*$' '' -- (commandline -ct))
    printf '%s\n' $before$argv
end

complete -c calculon -f
)";

// The options that take a value, as "command option": the word behind them is no argument.
std::string valued_options(std::string_view name, const CommandUsage& command) {
  std::string list;
  for (const ArgumentUsage& option : command.options) {
    for (const std::string& option_name : option.names) {
      if (option.kind != ValueKind::kNone) {
        list += " " + shell_word(fmt::format("{} {}", name, option_name));
      }
    }
  }
  return list;
}

// What a value may be, as switches of `complete`; nothing for a flag.
std::string value_switches(const ArgumentUsage& argument) {
  switch (argument.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kChoice:
      return fmt::format(" -a {}", shell_word(fmt::format(
                                       argument.several ? fmt::runtime("(__calculon_several {})")
                                                        : fmt::runtime("{}"),
                                       fmt::join(argument.choices, " "))));
    case ValueKind::kWords: {
      const bool files = is_list_of_files(argument.word_list);
      const std::string words = fmt::format("$__calculon_{}", argument.word_list);
      return fmt::format(
          " {}-a {}", files ? "-F " : "",
          shell_word(argument.several ? fmt::format("(__calculon_several {})", words) : words));
    }
    case ValueKind::kFile:
      return " -F";
    case ValueKind::kFolder:
      return " -a '(__fish_complete_directories)'";
    case ValueKind::kOther:
      return "";
  }
  return "";
}

bool takes_file(const ArgumentUsage& argument) {
  return argument.kind == ValueKind::kFile ||
         (argument.kind == ValueKind::kWords && is_list_of_files(argument.word_list));
}

std::string complete_line(std::string_view condition, std::string_view what,
                          std::string_view help) {
  return fmt::format("complete -c calculon -n {}{} -d {}\n", shell_word(condition), what,
                     shell_word(help));
}

std::string option_line(std::string_view name, const ArgumentUsage& option) {
  std::string what;
  for (const std::string& option_name : option.names) {
    what += option_name.starts_with("--") ? " -l " + option_name.substr(2)
                                          : " -s " + option_name.substr(1);
  }
  if (option.kind != ValueKind::kNone) {
    what += (takes_file(option) ? " -r" : " -x") + value_switches(option);
  }
  return complete_line(fmt::format("__calculon_at \"{}\"", name), what, option.help);
}

std::string argument_line(std::string_view name, const ArgumentUsage& argument, std::size_t place) {
  const std::string where = argument.repeated ? "\".*\"" : fmt::format("{}", place);
  return complete_line(fmt::format("__calculon_at \"{}\" {}", name, where),
                       value_switches(argument),
                       fmt::format("{}, {}", argument.names[0], argument.help));
}

std::string command_lines(std::string_view name, const CommandUsage& command) {
  std::string lines;
  for (const ArgumentUsage& option : command.options) {
    lines += option_line(name, option);
  }
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    if (command.arguments[i].kind != ValueKind::kOther) {
      lines += argument_line(name, command.arguments[i], i + 1);
    }
  }
  return lines;
}

}  // namespace

std::string fish_completion(const ProgramUsage& usage) {
  std::string aliases;
  std::string valued = valued_options("", usage.global);
  std::string lines = command_lines("", usage.global);
  for (const CommandUsage& command : usage.commands) {
    const std::string& name = command.names[0];
    aliases +=
        fmt::format("        case {}\n            echo {}\n", fmt::join(command.names, " "), name);
    valued += valued_options(name, command);
    for (const std::string& spelling : command.names) {
      lines += complete_line("__calculon_at \"\"", " -a " + spelling, command.help);
    }
    lines += command_lines(name, command);
  }
  std::string lists = "# Lists of words.\n";
  for (const auto& [list, words] : usage.word_lists) {
    lists += fmt::format("set -g __calculon_{} {}\n", list, fmt::join(words, " "));
  }
  return std::string(kFishHead) + lists + "\n" +
         fmt::format("# The options that take a value.\nset -g __calculon_valued{}\n\n", valued) +
         "# The full name of a command.\nfunction __calculon_command\n    switch $argv[1]\n" +
         aliases + "        case '*'\n            echo unknown\n    end\nend\n" +
         std::string(kCondition) + lines;
}

}  // namespace calculon
