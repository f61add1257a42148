#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cctype>
#include <string_view>

#include "cli/commands.h"
#include "cli/examples.h"
#include "cli/usage.h"

namespace calculon {
namespace {

struct Row {
  std::string_view term;
  std::string_view text;
};

constexpr std::array<Row, 3> kFiles = {{
    {"models/", "Models: the six numbers that describe a transformer."},
    {"systems/", "Systems: processors, memories and networks; chips.json for train-estimate."},
    {"examples/",
     "Executions, those of the published measurements in validation/, a mixed cluster in "
     "hetero/, and the bundled studies in studies/."},
}};

// Text that troff prints as it is. Hyphens of names and options become \-, so that they can be
// copied from the page and searched.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if (c == '\'') {
      result += "\\(aq";
    } else {
      result += c;
    }
  }
  return result.starts_with('.') ? "\\&" + result : result;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

// Help texts are phrases; on the page they are sentences.
std::string sentence(std::string text) {
  if (!text.empty()) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text.ends_with('.') ? text : text + ".";
}

std::string section(std::string_view title) {
  return fmt::format(".SH {}\n", title);
}

// `term` is troff already.
std::string tagged(std::string_view term, std::string_view text) {
  return fmt::format(".TP\n{}\n{}\n", term, escaped(text));
}

std::string argument_paragraph(const ArgumentUsage& argument) {
  std::string term;
  const bool positional = !argument.names[0].starts_with('-');
  for (const std::string& name : argument.names) {
    term += term.empty() ? "" : ", ";
    term += positional ? italic(name) : bold(name);
  }
  if (argument.kind == ValueKind::kChoice || (!positional && argument.kind != ValueKind::kNone)) {
    term += " " + italic(argument.value);
  }
  std::string text = sentence(argument.help);
  if (argument.several) {
    text += fmt::format(" Values: {}.", fmt::join(argument.choices, "|"));
  }
  if (!argument.default_value.empty()) {
    text += fmt::format(" Default: {}.", argument.default_value);
  }
  return tagged(term, text);
}

std::string synopsis(const CommandUsage& command) {
  std::string line = bold("calculon " + command.names[0]) + " [" + italic("options") + "]";
  for (const ArgumentUsage& argument : command.arguments) {
    const std::string name = italic(argument.names[0]) + (argument.repeated ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  return line + "\n";
}

std::string command_part(const CommandUsage& command) {
  std::string part =
      fmt::format(".SS {}\n", escaped(fmt::format("{}", fmt::join(command.names, ", "))));
  part += synopsis(command) + ".PP\n" + escaped(sentence(command.help)) + "\n";
  for (const ArgumentUsage& argument : command.arguments) {
    part += argument_paragraph(argument);
  }
  for (const ArgumentUsage& option : command.options) {
    part += argument_paragraph(option);
  }
  return part;
}

std::string manual_page(const ProgramUsage& usage) {
  const std::string& about = usage.global.help;
  std::string page = fmt::format(".TH CALCULON 1 \"\" \"calculon {}\" \"User Commands\"\n",
                                 escaped(CALCULON_VERSION));
  page += section("NAME") + "calculon \\- " + escaped(about.substr(0, about.find(':'))) + "\n";
  page += section("SYNOPSIS") + bold("calculon") + " [" + italic("global options") + "] " +
          italic("command") + " [" + italic("options") + "] [" + italic("arguments") + "]\n";
  page += section("DESCRIPTION") + escaped(sentence(about)) + "\n";
  page += section("OPTIONS") + "These stand before the command.\n";
  for (const ArgumentUsage& option : usage.global.options) {
    page += argument_paragraph(option);
  }
  page += section("COMMANDS");
  for (const CommandUsage& command : usage.commands) {
    page += command_part(command);
  }
  page += section("EXIT STATUS");
  for (const ExitStatus& status : kExitStatuses) {
    page += tagged(bold(fmt::format("{}", status.status)), status.meaning);
  }
  page += section("FILES") + "Below " + italic(CALCULON_INSTALL_DATADIR) + ":\n";
  for (const Row& file : kFiles) {
    page += tagged(italic(file.term), file.text);
  }
  page += section("EXAMPLES");
  for (const Example& example : examples()) {
    page += fmt::format(".PP\n{}\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n", escaped(example.meaning),
                        escaped(example.line));
  }
  return page;
}

}  // namespace

Action setup_manual(CLI::App& app) {
  return [&app](Console& console) {
    console.out << manual_page(usage_of_program(app));
    return kExitSuccess;
  };
}

}  // namespace calculon
