#include "cli/evaluate/measured_validation.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "base/printable.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/bundled_files.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "measured/predict.h"
#include "page/measured_page.h"
#include "page/page.h"
#include "text/json_report.h"
#include "text/measured_report.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kOutputs = {".json", ".csv", ".html"};

std::string document_of(const MeasuredReport& report, const std::string& path) {
  if (has_extension(path, ".html")) {
    return html_page(measured_page(report));
  }
  return has_extension(path, ".csv") ? measured_csv(*report.predicted)
                                     : document_text(measured_json(report), path);
}

void require_folder(const std::string& folder) {
  std::error_code unknown;
  if (!folder.empty() && !fs::is_directory(folder, unknown)) {
    throw InputError(fmt::format("--systems is {}, expected a folder", folder));
  }
}

int status_of(const MeasuredValidation& options, const MeasuredReport& report, Console& console) {
  if (report.predicted->runs.empty()) {
    complain(console, fmt::format("{}: none of its rows could be predicted", options.table));
    return kExitNoAnswer;
  }
  const ErrorSummary& time = report.all.time;
  if (options.max_error && time.mean > *options.max_error) {
    complain(console,
             fmt::format("the mean error of the step time is {:.2f}%, more than the accepted {}%",
                         time.mean, *options.max_error));
    return kExitNoAnswer;
  }
  return kExitSuccess;
}

}  // namespace

int run_measured_validation(const MeasuredValidation& options, Console& console) {
  require_folder(options.systems);
  if (!options.output.empty()) {
    require_extension(options.output, kOutputs);
  }
  const int threads = threads_or_all(0);
  const MeasuredTable table = read_measured_table(options.table, threads);
  std::optional<OutputFile> output;
  if (!options.output.empty()) {
    output.emplace(options.output);
  }
  const std::string bundled = (fs::path(bundled_data_folder(console)) / "systems").string();
  SystemFiles systems(system_folders(options.table, options.systems, bundled));
  const PredictedTable predicted = predict_table(table, systems, threads);
  const MeasuredReport report = measured_report(table, predicted);
  if (options.max_error && report.all.time.n == 0 && !predicted.runs.empty()) {
    throw InputError(fmt::format("{}: no row has a step time that counts, which --max-error needs",
                                 options.table));
  }
  if (output) {
    output->write(document_of(report, options.output));
    output->commit();
  }
  if (options.output != kStandardStream) {
    console.out << for_reading(console, measured_text(report, options.rows));
  }
  return status_of(options, report, console);
}

}  // namespace calculon
