#include "cli/options.h"

#include <algorithm>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/base/parallel.h"

namespace calculon {

void add_application(CLI::App& app, std::string& path) {
  app.add_option("application", path, "model file (.json, .json.gz or -)")
      ->type_name(kFileValue)
      ->required();
}

void add_system(CLI::App& app, std::string& path) {
  app.add_option("system", path, "system file (.json, .json.gz or -)")
      ->type_name(kFileValue)
      ->required();
}

void add_threads(CLI::App& app, int& threads) {
  constexpr int kMostThreads = 4096;
  const CLI::Range range(1, kMostThreads);
  CLI::Option* option =
      app.add_option("-j,--threads", threads,
                     "number of threads (default: the processors that the process may use)")
          ->check(range);
  app.add_option("-c,--cpus,--jobs", threads)->check(range)->excludes(option)->group("");
}

int threads_or_all(int threads) {
  return threads > 0 ? threads : available_cpus();
}

void require_one_standard_input(const std::vector<std::string_view>& paths) {
  if (std::count(paths.begin(), paths.end(), kStandardStream) > 1) {
    throw InputError("-: standard input can be read only once, expected one input to be '-'");
  }
}

}  // namespace calculon
