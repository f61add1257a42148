#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "base/printable.h"
#include "cli/commands.h"
#include "cli/files/file_mistakes.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/terminal.h"

namespace calculon {
namespace {

int run_check_files(const std::vector<std::string>& files, Console& console) {
  std::size_t mistakes = 0;
  std::size_t wrong = 0;
  for (const std::string& file : files) {
    const CheckedFile checked = check_file(file, console);
    if (checked.mistakes.empty()) {
      console.out << for_reading(
          console, fmt::format("{}: {}, nothing is wrong\n", printable(file), checked.kind));
      continue;
    }
    ++wrong;
    mistakes += checked.mistakes.size();
    for (const std::string& mistake : checked.mistakes) {
      const bool names_file = mistake.starts_with(file);  // those of a study's points do not
      console.out << for_reading(console,
                                 printable(names_file ? mistake : file + ": " + mistake) + "\n");
    }
  }
  if (mistakes == 0) {
    return kExitSuccess;
  }
  complain(console,
           fmt::format("{} mistake{} in {} of {} file{}", mistakes, mistakes == 1 ? "" : "s", wrong,
                       files.size(), files.size() == 1 ? "" : "s"));
  return kExitBadInput;
}

}  // namespace

Action setup_check(CLI::App& app) {
  const auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("files", *files,
                 "models, systems, executions, studies, measured tables, and the planner's files, "
                 "told by what is in them")
      ->type_name(kFileValue)
      ->required();
  return [files](Console& console) { return run_check_files(*files, console); };
}

}  // namespace calculon
