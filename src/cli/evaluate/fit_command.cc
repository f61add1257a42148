#include <fmt/format.h>

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/printable.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/bundled_files.h"
#include "cli/commands.h"
#include "cli/evaluate/fit_inputs.h"
#include "cli/interrupt.h"
#include "cli/logging.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/terminal.h"
#include "fit/fitted_system.h"
#include "hardware/system_json.h"
#include "text/fit_report.h"
#include "text/json_report.h"

namespace calculon {
namespace {

constexpr std::array<std::string_view, 1> kCsvOnly = {".csv"};

struct FitCommandOptions {
  std::string system;
  FitFiles files;
  std::string output;
  std::string json;
  std::string constants;
  bool leave_one_out = false;
  int threads = 0;
};

void check_fit_files(const FitCommandOptions& options) {
  const FitFiles& files = options.files;
  require_extension(options.system, kJsonOnly);
  for (const std::string& path : {files.table, files.holdout}) {
    if (!path.empty()) {
      require_extension(path, kCsvOnly);
    }
  }
  for (const std::string& path : {options.output, options.json}) {
    if (!path.empty()) {
      require_extension(path, kJsonOnly);
    }
  }
  std::vector<std::string_view> inputs = {options.system, files.table, files.holdout};
  for (const auto* list : {&files.logs, &files.collectives, &files.products}) {
    inputs.insert(inputs.end(), list->begin(), list->end());
  }
  require_one_standard_input(inputs);
  if (files.table.empty() && files.logs.empty() && files.collectives.empty() &&
      files.products.empty()) {
    throw InputError("fit: expected measurements: a table, --from-log, --collectives or --gemm");
  }
  if (options.output == kStandardStream && options.json == kStandardStream) {
    throw InputError("-: standard output holds one result, expected another path for --json");
  }
  if (files.logs.empty() && !(files.models.empty() && files.executions.empty())) {
    throw InputError("--model and --execution are those of a --from-log, and none is given");
  }
  const bool steps = !files.table.empty() || !files.logs.empty();
  if (!steps && (!options.constants.empty() || options.leave_one_out)) {
    throw InputError("--constants and --leave-one-out need step times: a table or --from-log");
  }
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (const std::string_view name : split_list(list, ',')) {
    names.emplace_back(trimmed(name, " "));
  }
  return names;
}

// What one should know of a fit, apart from its figures.
void tell_doubts(const ClusterFit& fit, Console& console) {
  if (fit.left_out && fit.left_out->mean >= fit.before->mean) {
    note(
        console,
        fmt::format("the fit does not help: a run is predicted to {:.1f} % by a fit to the others, "
                    "and to {:.1f} % by the system as it was; it takes more runs, or fewer "
                    "constants",
                    fit.left_out->mean, fit.before->mean));
  }
  for (const FittedConstant& each : fit.constants()) {
    if (each.bound != TouchedBound::kNone) {
      note(console, fmt::format("{} is held at {:.6g}; check that the runs are as the table says",
                                each.constant->name, each.after));
    }
  }
}

std::optional<OutputFile> output_at(const std::string& path) {
  return path.empty() ? std::nullopt : std::optional<OutputFile>(std::in_place, path);
}

ClusterFit fit_with_progress(const FitCommandOptions& options, const System& system,
                             const ClusterMeasurements& measurements, Console& console,
                             const std::atomic<bool>& stop) {
  std::optional<ProgressBar> bar;
  FitOptions fit_options;
  fit_options.leave_one_out = options.leave_one_out;
  fit_options.threads = threads_or_all(options.threads);
  fit_options.progress = [&](std::int64_t done, std::int64_t all) {
    if (!bar) {
      bar.emplace(console, all);
    }
    bar->show(done);
  };
  return fit_cluster(measurements, system.calibration.value_or(Calibration{}), fit_options, stop);
}

// A result on standard output stands there alone.
void keep_output_clean(const FitCommandOptions& options, Console& console) {
  if ((options.output == kStandardStream || options.json == kStandardStream) &&
      console.log_on_output) {
    console.log = make_log(std::string(kStandardStream), console.err, console.log->level());
  }
}

int run_fit(FitCommandOptions options, Console& console) {
  options.system = input_path(BundledKind::kSystem, options.system, console);
  check_fit_files(options);
  keep_output_clean(options, console);
  const std::string name = name_without_extension(options.system);
  const Json json = parse_json(options.system, read_text_file(options.system));
  const System system = to_system(JsonReader(options.system, json));
  const InterruptGuard interrupt;
  ClusterMeasurements measurements =
      read_measurements(options.files, system, name, threads_or_all(options.threads), console);
  measurements.constants = names_in(options.constants);
  auto output = output_at(options.output);
  auto result = output_at(options.json);
  const ClusterFit fit =
      fit_with_progress(options, system, measurements, console, interrupt.stop());
  if (result) {
    result->write(document_text(fit_json(fit, measurements.steps, name), options.json));
    result->finish();
  }
  if (output) {
    output->write(document_text(fitted_system(json, name, fit), options.output));
    output->commit();
  }
  if (result) {
    result->commit();
  }
  std::string text = fit_text(fit, name);
  text.pop_back();  // the log ends the line
  console.log->info("{}", for_reading(console, text));
  if (output) {
    console.log->info("Output: {}", printable(options.output));
  }
  tell_doubts(fit, console);
  return kExitSuccess;
}

void add_files(CLI::App& app, std::string_view name, std::vector<std::string>& files,
               std::string_view help, const char* value = kFileValue) {
  app.add_option(std::string(name), files, std::string(help))
      ->type_name(value)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace

Action setup_fit(CLI::App& app) {
  const auto options = std::make_shared<FitCommandOptions>();
  FitFiles& files = options->files;
  add_system(app, options->system);
  app.add_option("table", files.table, "measured runs (.csv, .csv.gz or -)")->type_name(kFileValue);
  app.add_option("-o,--output", options->output,
                 "where to write the system with the new constants (.json, .json.gz or -)")
      ->type_name(kFileValue);
  app.add_option("--constants", options->constants,
                 "the constants to fit, with commas between; as the runs allow if absent")
      ->type_name(kConstantsValue);
  app.add_option("--holdout", files.holdout,
                 "measured runs that are not fitted to, to see the error on them")
      ->type_name(kFileValue);
  app.add_flag("--leave-one-out", options->leave_one_out,
               "also predict each run by a fit to the others, which up to 40 runs always are");
  add_files(app, "--from-log", files.logs,
            "log of a Megatron-LM run, beside a table or without; may be repeated");
  add_files(app, "--model", files.models,
            "model of a log, or the name of a bundled one; once for all logs, or for each",
            kModelValue);
  add_files(app, "--execution", files.executions,
            "execution of a log; once for all logs, or for each", kExecutionValue);
  add_model_choices(app, files.model);
  add_files(app, "--collectives", files.collectives,
            "output of nccl-tests between hosts, for the constants of the network");
  add_files(app, "--gemm", files.products,
            "matrix products (.csv: m, n, k, seconds or tflops, datatype), for their efficiencies");
  app.add_option("--json", options->json,
                 "also write the result for programs (.json, .json.gz or -)")
      ->type_name(kFileValue);
  add_threads(app, options->threads);
  return [options](Console& console) { return run_fit(*options, console); };
}

}  // namespace calculon
