#include "cli/options.h"

#include <algorithm>
#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/base/parallel.h"

namespace calculon {

namespace {

// The description of an option that is another's by a name that commands had before.
constexpr const char* kOldName = "an old name";

void add_input(CLI::App& app, std::string_view name, std::string& path, const char* value,
               const char* help) {
  app.add_option(std::string(name), path, help)->type_name(value)->required();
}

}  // namespace

void add_application(CLI::App& app, std::string& path) {
  add_input(app, kModelArgument, path, kModelValue,
            "model file (.json, .json.gz or -), or the name of a bundled one");
}

void add_execution(CLI::App& app, std::string& path) {
  add_input(app, kExecutionArgument, path, kExecutionValue,
            "execution file (.json, .json.gz or -), or the name of a bundled one");
}

void add_system(CLI::App& app, std::string& path) {
  add_input(app, kSystemArgument, path, kSystemValue,
            "system file (.json, .json.gz or -), or the name of a bundled one");
}

void add_threads(CLI::App& app, int& threads) {
  constexpr int kMostThreads = 4096;
  const CLI::Range range(1, kMostThreads);
  app.add_option("-j,--threads", threads,
                 "number of threads (default: the processors that the process may use)")
      ->check(range);
  app.add_option("-c,--cpus,--jobs", threads, kOldName)->check(range);
}

int threads_or_all(int threads) {
  return threads > 0 ? threads : available_cpus();
}

bool is_listed(const CLI::Option& option) {
  return !option.get_group().empty() && option.get_description() != kOldName;
}

void require_one_standard_input(const std::vector<std::string_view>& paths) {
  if (std::count(paths.begin(), paths.end(), kStandardStream) > 1) {
    throw InputError("-: standard input can be read only once, expected one input to be '-'");
  }
}

std::string source_name(const std::string& path) {
  return path == kStandardStream ? "standard input"
                                 : std::filesystem::path(path).filename().string();
}

}  // namespace calculon
