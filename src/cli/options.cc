#include "cli/options.h"

#include <algorithm>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"

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

void require_one_standard_input(const std::vector<std::string_view>& paths) {
  if (std::count(paths.begin(), paths.end(), kStandardStream) > 1) {
    throw InputError("-: standard input can be read only once, expected one input to be '-'");
  }
}

}  // namespace calculon
