#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>

#include "base/interrupted.h"
#include "base/run_files.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/statistics/unknown_statistic.h"
#include "cli/argument_order.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/logging.h"
#include "cli/message.h"
#include "cli/options.h"

namespace calculon {
namespace {

struct GlobalOptions {
  std::string log{kStandardStream};
  std::string verbosity = "INFO";
};

// "Exit status: 0 success, 1 infeasible or nothing found, ..."
std::string exit_status_text() {
  std::string text;
  for (const ExitStatus& status : kExitStatuses) {
    text +=
        fmt::format("{} {} {}", text.empty() ? "Exit status:" : ",", status.status, status.summary);
  }
  return text + ".";
}

// Adds all options and commands to `app`; returns what each command runs, in the table's order.
std::vector<Action> setup_program(CLI::App& app, GlobalOptions& global, std::size_t width) {
  app.formatter(std::make_shared<HelpFormatter>(width));
  app.set_help_flag("-h,--help", "print this help and exit");
  app.set_version_flag("--version", "calculon " CALCULON_VERSION, "print the version and exit");
  app.add_option("-l,--log", global.log,
                 "where messages and text reports go: a file, or - for standard output")
      ->type_name(kFileValue)
      ->capture_default_str();
  app.add_option("-v,--verbosity", global.verbosity, "lowest level of messages that are shown")
      ->type_name("{DEBUG,INFO,WARNING,ERROR,CRITICAL}")
      ->capture_default_str();
  app.require_subcommand(1);
  app.footer(exit_status_text());
  std::vector<Action> actions;
  for (const Command& command : commands()) {
    CLI::App* subcommand = app.add_subcommand(std::string(command.name), std::string(command.help));
    if (!command.alias.empty()) {
      subcommand->alias(std::string(command.alias));
    }
    subcommand->group(std::string(command.group));
    actions.push_back(command.setup(*subcommand));
  }
  return actions;
}

// Replaces what follows a command's name by what the command spells out.
void spell_out(std::vector<std::string>& arguments) {
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    for (const Command& command : commands()) {
      if (*argument != command.name && (command.alias.empty() || *argument != command.alias)) {
        continue;
      }
      if (command.spell_out) {
        const std::vector<std::string> rest(argument + 1, arguments.end());
        const std::vector<std::string> full = command.spell_out(rest);
        arguments.erase(argument + 1, arguments.end());
        arguments.insert(arguments.end(), full.begin(), full.end());
      }
      return;
    }
  }
}

// The arguments as CLI11 reads them, the last one first. The published searches of mixtures take
// -moe with one dash, which is otherwise -m, -o and -e.
std::vector<std::string> with_published_spelling(int argc, const char* const* argv) {
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  std::replace(arguments.begin(), arguments.end(), std::string("-moe"), std::string("--moe"));
  spell_out(arguments);
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

int run_parsed(CLI::App& app, const GlobalOptions& global, const std::vector<Action>& actions,
               Console& console) {
  console.log = make_log(global.log, console.out, log_level(global.verbosity));
  console.log_on_output = global.log == kStandardStream;
  if (!console.log_on_output) {  // a file is no terminal
    console.color = false;
    console.is_terminal = false;
  }
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const std::string name(commands()[i].name);
    if (!app.got_subcommand(name)) {
      continue;
    }
    try {
      return actions[i](console);
    } catch (const WrongKindOfFile& error) {
      throw InputError(wrong_kind_text(*app.get_subcommand(name), error));
    }
  }
  return kExitBadInput;
}

// Names of the options of a command, those in its groups, too.
void add_option_names(const CLI::App& command, std::vector<std::string>& names) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  for (const CLI::App* group :
       command.get_subcommands([](const CLI::App* child) { return child->get_name().empty(); })) {
    add_option_names(*group, names);
  }
}

// What a word that looks like an option may have meant: a name that is spelled nearly so, or one
// that begins like it ("--sequence" for "--seq"). "" if there is none.
std::string near_option(const CLI::App& command, std::string_view word) {
  constexpr std::size_t kShortest = 5;  // "--seq"
  std::vector<std::string> names;
  add_option_names(command, names);
  const std::vector<std::string_view> views(names.begin(), names.end());
  if (const std::string_view near = nearest_name(word, views); !near.empty()) {
    return std::string(near);
  }
  const auto begins = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return (name.size() >= kShortest && word.starts_with(name)) ||
           (word.size() >= kShortest && name.starts_with(word));
  });
  return begins == names.end() ? "" : *begins;
}

const CLI::App& innermost_command(const CLI::App& app) {
  const CLI::App* innermost = &app;
  while (!innermost->get_subcommands().empty()) {
    innermost = innermost->get_subcommands().front();
  }
  return *innermost;
}

// "unknown option '--sequence' (did you mean '--seq'?)"; "" where nothing is near.
std::string near_option_text(const CLI::App& app) {
  const CLI::App& command = innermost_command(app);
  for (const std::string& stray : app.remaining(true)) {
    const std::string word = stray.substr(0, stray.find('='));
    const std::string near = word.starts_with("--") ? near_option(command, word) : "";
    if (!near.empty()) {
      return fmt::format("unknown option '{}' (did you mean '{}'?)", word, near);
    }
  }
  return "";
}

// What was wrong with the command line, without the library's second line. A misspelt command is
// to the library a missing one, so it is looked for among the words that found no place.
std::string parse_error_text(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> strays = app.remaining();
  std::string text = error.what();
  const auto parsed = app.get_subcommands();
  if (!parsed.empty() && text.find(".json") != std::string::npos) {  // a file in another's place
    const std::string order = argument_order(*parsed.front());
    return order.empty() ? text : fmt::format("{}; the order is {}", text, order);
  }
  if (std::string near = near_option_text(app);
      error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) && !near.empty()) {
    return near;
  }
  if (strays.empty() || (!parsed.empty() && !strays.front().starts_with('-'))) {
    return text;
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    names.push_back(command.name);
    names.push_back(command.alias);
  }
  const std::string& stray = strays.front();
  return fmt::format("unknown {} '{}'{}", stray.starts_with('-') ? "option" : "command", stray,
                     did_you_mean(stray, names));
}

// Whether the words break off where a command has to stand, as those of `calculon` alone do.
bool lacks_command(const CLI::App& app, const CLI::ParseError& error) {
  return error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
         innermost_command(app).get_require_subcommand_min() > 0 && app.remaining(true).empty();
}

int parse_and_run(CLI::App& app, int argc, const char* const* argv, const GlobalOptions& global,
                  const std::vector<Action>& actions, Console& console) {
  try {
    app.parse(with_published_spelling(argc, argv));
  } catch (const CLI::ParseError& error) {
    if (lacks_command(app, error)) {
      console.err << app.help();  // of the innermost command
      throw InputError("expected a command, one of the above");
    }
    if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success)) {
      throw InputError(parse_error_text(app, error) + " (--help tells more)");
    }
    return app.exit(error, console.out, console.err);  // --help and --version
  }
  return run_parsed(app, global, actions, console);
}

int run_program(int argc, const char* const* argv, Console& console) {
  const RunFiles files;
  CLI::App app(
      "Analytical modeler of large language model training: times, memory and bandwidths of a "
      "model on a machine under a way of splitting the work.",
      "calculon");
  GlobalOptions global;
  const std::vector<Action> actions = setup_program(app, global, console.width);
  const int status = parse_and_run(app, argc, argv, global, actions, console);
  if (console.log) {
    console.log->flush();
  }
  console.out.flush();
  if (!console.out) {
    throw InputError("standard output cannot be written");
  }
  return status;
}

// What is neither the input's fault nor the machine's.
void tell_own_mistake(std::string_view what, Console& console) {
  complain(console, fmt::format("a mistake of the program itself, please report it: {}", what));
}

}  // namespace

int run(int argc, const char* const* argv, Console console) {
  try {
    return run_program(argc, argv, console);
  } catch (const UnknownStatistic& error) {
    tell_line(console,
              fmt::format("calculon: {}; `{}` lists them", error.what(), error.list_command()));
  } catch (const InputError& error) {
    tell_line(console, fmt::format("calculon: {}", error.what()));
  } catch (const Interrupted&) {
    console.err << "calculon: interrupted\n";
    return kExitInterrupted;
  } catch (const std::bad_alloc&) {
    console.err << "calculon: out of memory\n";
  } catch (const std::filesystem::filesystem_error& error) {
    const InputError told(fmt::format("{}: {}", error.path1().string(), error.code().message()));
    tell_line(console, fmt::format("calculon: {}", told.what()));
  } catch (const std::exception& error) {
    tell_own_mistake(error.what(), console);
  } catch (...) {
    tell_own_mistake("an exception without a text", console);
  }
  return kExitBadInput;
}

}  // namespace calculon
