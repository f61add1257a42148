#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>

#include "calculon/base/input_error.h"
#include "calculon/validation/seqsel.h"
#include "cli/commands.h"
#include "cli/data_folder.h"
#include "cli/evaluate/measured_validation.h"
#include "cli/options.h"

namespace calculon {
namespace {

struct ValidationOptions {
  std::string base_dir;
  bool verbose = false;
  MeasuredValidation measured;  // its table is empty: the published one
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
  if (options.measured.max_error && result.end_to_end_error_percent > *options.measured.max_error) {
    console.err << fmt::format(
        "calculon: the mean end-to-end error is {:.2f}%, more than the accepted {}%\n",
        result.end_to_end_error_percent, *options.measured.max_error);
    return kExitNoAnswer;
  }
  return kExitSuccess;
}

void add_measured_options(CLI::App& app, MeasuredValidation& options) {
  CLI::Option* measured =
      app.add_option("--measured", options.table,
                     "compare the calibrated model with a table of measured runs instead (.csv, "
                     ".csv.gz or -)")
          ->type_name(kFileValue)
          ->excludes("--base_dir")
          ->excludes("--verbose");
  app.add_option("--systems", options.systems,
                 "folder with the systems that the table names, before systems/ beside the table "
                 "and the bundled ones")
      ->type_name(kFolderValue)
      ->needs(measured);
  app.add_flag("--rows", options.rows, "a line for each figure that was measured")->needs(measured);
  app.add_option(
         "-o,--output", options.output,
         "where to write it all (.json), the rows (.csv) or a page with plots (.html), or - "
         "for JSON on standard output")
      ->type_name(kFileValue)
      ->needs(measured);
}

}  // namespace

Action setup_validation(CLI::App& app) {
  const auto options = std::make_shared<ValidationOptions>();
  app.add_option("-b,--base_dir", options->base_dir,
                 "folder with models/, systems/ and examples/validation/ (default: the data that "
                 "came with the program)")
      ->type_name(kFolderValue);
  app.add_flag("-v,--verbose", options->verbose, "name every test and case");
  app.add_option("--max-error", options->measured.max_error,
                 "fail (status 1) if the mean end-to-end error, or that of the step time, exceeds "
                 "this many percent")
      ->type_name("PCT");
  add_measured_options(app, options->measured);
  return [options](Console& console) {
    return options->measured.table.empty() ? run_validation(*options, console)
                                           : run_measured_validation(options->measured, console);
  };
}

}  // namespace calculon
