#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>

#include "calculon/base/input_error.h"
#include "calculon/validation/seqsel.h"
#include "cli/commands.h"
#include "cli/data_folder.h"
#include "cli/options.h"

namespace calculon {
namespace {

struct ValidationOptions {
  std::string base_dir;
  bool verbose = false;
  std::optional<double> max_error;
};

int run_validation(const ValidationOptions& options, Console& console) {
  const std::string folder = options.base_dir.empty()
                                 ? find_data_folder(console.program, has_seqsel_data)
                                 : options.base_dir;
  if (!has_seqsel_data(folder)) {
    throw InputError(fmt::format(
        "{}: expected a folder with models/, systems/ and examples/validation/", folder));
  }
  const SeqselResult result = run_seqsel_validation({folder, options.verbose});
  console.out << result.text;
  if (options.max_error && result.end_to_end_error_percent > *options.max_error) {
    console.err << fmt::format(
        "calculon: the mean end-to-end error is {:.2f}%, more than the accepted {}%\n",
        result.end_to_end_error_percent, *options.max_error);
    return kExitNoAnswer;
  }
  return kExitSuccess;
}

}  // namespace

Action setup_validation(CLI::App& app) {
  const auto options = std::make_shared<ValidationOptions>();
  app.add_option("-b,--base_dir", options->base_dir,
                 "folder with models/, systems/ and examples/validation/ (default: the data that "
                 "came with the program)")
      ->type_name(kFolderValue);
  app.add_flag("-v,--verbose", options->verbose, "name every test and case");
  app.add_option("--max-error", options->max_error,
                 "fail (status 1) if the mean end-to-end error exceeds this many percent")
      ->type_name("PCT");
  return [options](Console& console) { return run_validation(*options, console); };
}

}  // namespace calculon
