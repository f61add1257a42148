#include <array>
#include <string_view>

#include "cli/commands.h"
#include "cli/shell/shell_completion.h"
#include "cli/shell/word_lists.h"

namespace calculon {
namespace {

struct Shell {
  std::string_view name;
  std::string (*completion)(const ProgramUsage& usage);
};

constexpr std::array<Shell, 3> kShells = {{
    {"bash", bash_completion},
    {"zsh", zsh_completion},
    {"fish", fish_completion},
}};

std::vector<std::string> shell_names() {
  std::vector<std::string> names;
  names.reserve(kShells.size());
  for (const Shell& shell : kShells) {
    names.emplace_back(shell.name);
  }
  return names;
}

}  // namespace

Action setup_completion(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  app.add_option("shell", *name, "shell to complete in")
      ->check(CLI::IsMember(shell_names()))
      ->required();
  return [name, &app](Console& console) {
    for (const Shell& shell : kShells) {
      if (shell.name == *name) {
        ProgramUsage usage = usage_of_program(app);
        usage.word_lists = word_lists(console);
        console.out << shell.completion(usage);
      }
    }
    return kExitSuccess;
  };
}

}  // namespace calculon
