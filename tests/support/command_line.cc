#include "support/command_line.h"

#include <regex>

#include "cli/commands.h"
#include "cli/options.h"

namespace calculon::test {
namespace {

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  std::smatch match;
  if (!std::regex_search(type, match, std::regex("\\{([^}]*)\\}"))) {
    return {};
  }
  return CLI::detail::split(match[1], ',');
}

void add_options(CLI::App& app, ListedCommand& command) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() || !is_listed(*option)) {
      continue;
    }
    ListedOption listed{{}, choices_of(*option), {}};
    listed.value = option->get_type_name().substr(0, option->get_type_name().find(':'));
    for (const std::string& name : option->get_snames()) {
      listed.names.push_back("-" + name);
    }
    for (const std::string& name : option->get_lnames()) {
      listed.names.push_back("--" + name);
    }
    command.options.push_back(listed);
  }
  for (CLI::App* child : app.get_subcommands([](CLI::App*) { return true; })) {
    add_options(*child, command);
    if (!child->get_name().empty()) {
      command.verbs.push_back(child->get_name());
    }
  }
}

}  // namespace

std::set<std::string> ListedCommand::option_names() const {
  std::set<std::string> all;
  for (const ListedOption& option : options) {
    all.insert(option.names.begin(), option.names.end());
  }
  return all;
}

std::vector<ListedCommand> listed_commands() {
  std::vector<ListedCommand> listed;
  for (const Command& command : commands()) {
    if (!command.hidden()) {
      CLI::App app;
      app.set_help_flag("-h,--help", "");
      command.setup(app);
      listed.push_back({std::string(command.name), std::string(command.alias), {}, {}});
      add_options(app, listed.back());
    }
  }
  return listed;
}

}  // namespace calculon::test
