#include "cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "cli/examples.h"
#include "cli/options.h"
#include "cli/usage.h"
#include "text/folded_text.h"

namespace calculon {
namespace {

constexpr std::size_t kMargin = 2;

using Options = std::vector<const CLI::Option*>;

// Rows of a name and what it means, in two columns; a longer name has a line to itself.
class HelpRows {
 public:
  explicit HelpRows(std::size_t width) : width_(width), column_(width < 70 ? 22 : 30) {}

  std::string row(const std::string& name, const std::string& meaning) const {
    std::string text = std::string(kMargin, ' ') + name;
    if (display_width(text) > width_) {  // names of an option; its value may have a line to itself
      text = std::string(kMargin, ' ') + wrapped_words(name, width_, kMargin + 2, kMargin);
    }
    if (meaning.empty()) {
      return text + "\n";
    }
    const std::size_t used = display_width(text);
    text += used + 2 <= column_ && text.find('\n') == std::string::npos
                ? std::string(column_ - used, ' ')
                : "\n" + std::string(column_, ' ');
    return text + wrapped_words(meaning, width_, column_, column_) + "\n";
  }

 private:
  std::size_t width_;
  std::size_t column_;
};

std::string names_of(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options) {
    names.push_back(option->get_name());
  }
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

// "-t,--top-n INT"
std::string name_and_value(const CLI::Option& option, const ArgumentUsage& usage) {
  std::string names = fmt::format("{}", fmt::join(usage.names, ","));
  const std::string type = option.get_type_name();
  const std::string value = type.substr(0, type.find_first_of(":{"));
  if (usage.kind == ValueKind::kNone || option.get_positional()) {
    return names;
  }
  return fmt::format("{} {}", names, value.empty() || value == "TEXT" ? "WORD" : value);
}

// The meaning, and behind it what else one has to know, in parentheses.
std::string meaning_of(const CLI::Option& option, const ArgumentUsage& usage) {
  std::vector<std::string> facts;
  if (!usage.choices.empty()) {
    facts.push_back(fmt::format("values: {}", fmt::join(usage.choices, ", ")));
  }
  if (!usage.default_value.empty()) {
    facts.push_back("default: " + usage.default_value);
  }
  if (usage.required && !option.get_positional()) {
    facts.emplace_back("required");
  }
  if (!option.get_needs().empty()) {
    facts.push_back("with " + names_of(option.get_needs()));
  }
  if (!option.get_excludes().empty()) {
    facts.push_back("not with " + names_of(option.get_excludes()));
  }
  return facts.empty() ? usage.help : fmt::format("{} ({})", usage.help, fmt::join(facts, "; "));
}

std::string option_rows(const std::string& heading, const Options& options, const HelpRows& rows,
                        std::size_t width) {
  std::string text;
  for (const CLI::Option* option : options) {
    if (is_listed(*option)) {
      const ArgumentUsage usage = argument_usage(*option);
      text += rows.row(name_and_value(*option, usage), meaning_of(*option, usage));
    }
  }
  return text.empty() ? text : "\n" + wrapped_words(heading + ":", width, 0, 0) + "\n" + text;
}

std::string usage_line(const CLI::App& app, std::string_view name, std::size_t width) {
  std::string line = fmt::format("Usage: {} [OPTIONS]", name);
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      const std::string argument =
          option->get_name(true) + (option->get_items_expected_max() > 1 ? "..." : "");
      line += option->get_required() ? " " + argument : " [" + argument + "]";
    }
  }
  line += app.get_require_subcommand_min() > 0 ? " COMMAND" : "";
  return wrapped_words(line, width, 9, 0) + "\n";
}

int place_of_group(const std::string& group) {
  return group.starts_with(kWhatToSearch) ? 0
         : group == kWhatToKeep           ? 1
         : group == kHowToRun             ? 3
                                          : 2;
}

// What to search, what to keep, others in the order in which they begin, how to run.
std::vector<std::string> option_groups(const CLI::App& app) {
  std::vector<std::string> groups = app.get_groups();
  std::stable_sort(groups.begin(), groups.end(), [](const std::string& a, const std::string& b) {
    return place_of_group(a) < place_of_group(b);
  });
  return groups;
}

std::string all_options(const CLI::App& app, const HelpRows& rows, std::size_t width) {
  std::string text = option_rows(
      "Arguments", app.get_options([](const CLI::Option* o) { return o->get_positional(); }), rows,
      width);
  for (const std::string& group : option_groups(app)) {
    text += option_rows(group, app.get_options([&](const CLI::Option* o) {
      return !o->get_positional() && o->get_group() == group;
    }),
                        rows, width);
  }
  return text;
}

std::string command_rows(const CLI::App& app, const HelpRows& rows) {
  std::string text;
  std::string group;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_group().empty()) {
      continue;
    }
    if (command->get_group() != group) {
      group = command->get_group();
      text += fmt::format("\n{}:\n", group);
    }
    text += rows.row(command->get_display_name(true), command->get_description());
  }
  return text;
}

// "  # Evaluate an execution."
std::string comment_lines(std::string_view text, std::size_t width) {
  constexpr std::string_view kBegin = "  # ";
  std::string lines(kBegin);
  for (const char c : wrapped_words(text, width - kBegin.size(), 0, 0)) {
    lines += c;
    lines += c == '\n' ? kBegin : "";
  }
  return lines;
}

// Examples of a command, or of all verbs that it has.
std::string example_rows(std::string_view command, std::size_t width) {
  std::string text;
  for (const Example& example : examples()) {
    if (example.command == command || example.command.starts_with(fmt::format("{} ", command))) {
      text +=
          fmt::format("{}{}\n{}\n", text.empty() ? "\nExamples:\n" : "",
                      comment_lines(example.meaning, width), example_line(example, width, kMargin));
    }
  }
  return text;
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode mode) const {
  static_cast<void>(mode);  // nothing is printed inside the help of another command
  const HelpRows rows(width_);
  const std::string path = name.empty() ? app->get_name() : name;
  const std::size_t first_word = path.find(' ');
  const std::string command = first_word == std::string::npos ? "" : path.substr(first_word + 1);
  return wrapped_words(app->get_description(), width_, 0, 0) + "\n" +
         usage_line(*app, path, width_) + all_options(*app, rows, width_) +
         command_rows(*app, rows) + example_rows(command, width_) + "\n" +
         wrapped_words(app->get_footer(), width_, 2, 0) + "\n";
}

}  // namespace calculon
