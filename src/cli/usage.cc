#include "cli/usage.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/options.h"

namespace calculon {
namespace {

// CLI11 tells choices as part of the type: "TEXT:{full,attn_only,none}".
std::vector<std::string> choices_in(const std::string& type) {
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}', begin);
  if (begin == std::string::npos || end == std::string::npos) {
    return {};
  }
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

void add_options(const CLI::App& app, CommandUsage& usage) {
  for (const CLI::Option* option : app.get_options()) {
    if (!is_listed(*option)) {
      continue;
    }
    const ArgumentUsage argument = argument_usage(*option);
    (option->get_positional() ? usage.arguments : usage.options).push_back(argument);
  }
  // A subcommand without a name is a group of options.
  for (const CLI::App* group :
       app.get_subcommands([](const CLI::App* child) { return child->get_name().empty(); })) {
    add_options(*group, usage);
  }
}

bool is_listed_command(const CLI::App* child) {
  return !child->get_name().empty() && !child->get_group().empty();
}

bool same_names(const ArgumentUsage& a, const ArgumentUsage& b) {
  return a.names == b.names;
}

// Adds what `more` does not have yet.
void add_missing(const std::vector<ArgumentUsage>& from, std::vector<ArgumentUsage>& to) {
  for (const ArgumentUsage& argument : from) {
    if (std::none_of(to.begin(), to.end(),
                     [&](const ArgumentUsage& known) { return same_names(known, argument); })) {
      to.push_back(argument);
    }
  }
}

// A command with verbs of its own, such as `study run`: the verb is its first argument, and the
// options and further arguments are those of all verbs.
void add_verbs(const CLI::App& app, CommandUsage& usage) {
  const auto verbs = app.get_subcommands(is_listed_command);
  if (verbs.empty()) {
    return;
  }
  ArgumentUsage verb;
  verb.names = {"verb"};
  verb.kind = ValueKind::kChoice;
  verb.required = true;
  std::vector<std::string> lines;
  for (const CLI::App* child : verbs) {
    CommandUsage own;
    add_options(*child, own);
    verb.choices.push_back(child->get_name());
    lines.push_back(child->get_name() + ": " + child->get_description());
    add_missing(own.options, usage.options);
    if (!own.arguments.empty() && usage.arguments.empty()) {
      usage.arguments.push_back(own.arguments.front());
    }
  }
  verb.value = CLI::detail::join(verb.choices, "|");
  verb.help = CLI::detail::join(lines, "; ");
  usage.arguments.insert(usage.arguments.begin(), verb);
}

CommandUsage command_usage(const CLI::App& app) {
  CommandUsage usage;
  usage.names = {app.get_name()};
  usage.names.insert(usage.names.end(), app.get_aliases().begin(), app.get_aliases().end());
  usage.help = app.get_description();
  add_options(app, usage);
  return usage;
}

constexpr std::array kValueWords = {
    ValueWords{kModelValue, "models", true, false},
    ValueWords{kSystemValue, "systems", true, false},
    ValueWords{kExecutionValue, "executions", true, false},
    ValueWords{kStudyValue, "studies", true, false},
    ValueWords{kStatisticValue, "statistics", false, false},
    ValueWords{kStatisticsValue, "statistics", false, true},
    ValueWords{kConditionValue, "statistics", false, true},
    ValueWords{kColumnsValue, "columns", false, true},
    ValueWords{kConstantsValue, "constants", false, true},
};

const ValueWords* words_for(const std::string& value) {
  const auto found = std::find_if(kValueWords.begin(), kValueWords.end(),
                                  [&](const ValueWords& words) { return words.value == value; });
  return found == kValueWords.end() ? nullptr : &*found;
}

}  // namespace

std::span<const ValueWords> value_words() {
  return kValueWords;
}

bool is_list_of_files(std::string_view list) {
  return std::any_of(kValueWords.begin(), kValueWords.end(),
                     [&](const ValueWords& words) { return words.list == list && words.files; });
}

ArgumentUsage argument_usage(const CLI::Option& option) {
  ArgumentUsage usage;
  usage.help = option.get_description();
  usage.default_value = option.get_default_str();
  usage.required = option.get_required();
  usage.repeated = option.get_items_expected_max() > 1;
  if (option.get_positional()) {
    usage.names = {option.get_name(true)};
  }
  for (const std::string& name : option.get_snames()) {
    usage.names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    usage.names.push_back("--" + name);
  }
  const std::string type = option.get_type_name();
  usage.choices = choices_in(type);
  usage.value = type.substr(0, type.find(':'));
  if (option.get_items_expected_max() == 0) {
    usage.kind = ValueKind::kNone;
  } else if (!usage.choices.empty()) {
    usage.kind = ValueKind::kChoice;
    usage.several = usage.value == kListValue;
    usage.value = usage.several ? usage.value : CLI::detail::join(usage.choices, "|");
  } else if (const ValueWords* words = words_for(usage.value)) {
    usage.kind = ValueKind::kWords;
    usage.word_list = words->list;
    usage.several = words->several;
  } else if (usage.value == kFileValue) {
    usage.kind = ValueKind::kFile;
  } else if (usage.value == kFolderValue) {
    usage.kind = ValueKind::kFolder;
  }
  return usage;
}

ProgramUsage usage_of_program(const CLI::App& command) {
  const CLI::App& program = *command.get_parent();
  ProgramUsage usage{command_usage(program), {}, {}};
  for (const CLI::App* child : program.get_subcommands(is_listed_command)) {
    usage.commands.push_back(command_usage(*child));
    add_verbs(*child, usage.commands.back());
  }
  return usage;
}

}  // namespace calculon
