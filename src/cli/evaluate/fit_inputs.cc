#include "cli/evaluate/fit_inputs.h"

#include <fmt/format.h>

#include <variant>

#include "base/finite.h"
#include "base/printable.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/base/quantity_text.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/bundled_files.h"
#include "cli/execution_argument.h"
#include "cli/message.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "fit/collective_table.h"
#include "fit/measured_rows.h"
#include "fit/product_table.h"
#include "fit/training_log.h"
#include "measured/predict.h"
#include "strategy/result_execution.h"

namespace calculon {
namespace {

std::string runs_text(std::size_t runs, const std::string& path) {
  return fmt::format("{} {} of {}", runs, runs == 1 ? "run" : "runs", source_name(path));
}

void tell_rejected(const std::string& path, const std::vector<RejectedRow>& rejected,
                   Console& console) {
  if (!rejected.empty()) {
    note(console,
         fmt::format("{}: {} {} left out; {}", path, rejected.size(),
                     rejected.size() == 1 ? "row is" : "rows are", rejected.front().message));
  }
}

std::vector<FitRow> table_rows(const std::string& path, const System& system,
                               const std::string& name, int threads, Console& console) {
  const MeasuredTable table = read_measured_table(path, threads);
  MeasuredRows rows = measured_rows(table, system, name);
  if (rows.rows.empty()) {
    throw InputError(no_rows_text(path, rows));
  }
  tell_rejected(path, rows.rejected, console);
  return std::move(rows.rows);
}

// The I-th of what is given once for all logs, or for each.
const std::string& one_for(const std::vector<std::string>& given, std::size_t i) {
  return given.size() == 1 ? given.front() : given[i];
}

void check_one_for_each(const std::vector<std::string>& given, std::size_t logs,
                        std::string_view option) {
  if (given.size() != 1 && given.size() != logs) {
    throw InputError(
        fmt::format("{} is given {} times beside {} --from-log, expected once or as "
                    "often as that",
                    option, given.size(), logs));
  }
}

MeasuredRun run_of_log(const FitFiles& files, std::size_t i, Console& console) {
  const std::string execution = execution_path(one_for(files.executions, i), console);
  const std::string model = input_path(BundledKind::kModel, one_for(files.models, i), console);
  require_extension(model, kJsonOnly);
  MeasuredRun run;
  run.id = source_name(files.logs[i]);
  run.model = read_model(model, files.model, console).transformer;
  const Json json = load_execution(execution);
  run.execution = to_calibrated_execution(JsonReader(execution, json));
  return run;
}

// What a log says, for the report, with the memory that is predicted beside it.
std::string log_line(const std::string& path, const TrainingLog& log, double predicted_peak) {
  std::string text = fmt::format(
      "{}: {:.4f} s a step, the median of {} {} ({} of the start left out)", printable(path),
      log.step_seconds, log.lines, log.lines == 1 ? "line" : "lines", log.warm_up_lines);
  if (log.peak_bytes) {
    text += fmt::format("; {} allocated, {} predicted ({:+.1f} %)", bytes_text(*log.peak_bytes),
                        bytes_text(predicted_peak), error_percent(predicted_peak, *log.peak_bytes));
  }
  return text;
}

FitRow log_row(const FitFiles& files, std::size_t i, const System& system, Console& console) {
  const std::string& path = files.logs[i];
  MeasuredRun run = run_of_log(files, i, console);
  const TrainingLog log = read_training_log(path, run.execution.batch_size);
  run.seconds = log.step_seconds;
  const auto outcome = evaluate_calibrated(run.model, system, run.execution);
  if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
    throw InputError(fmt::format("{}: its execution does not suit: {} (rule {})", path,
                                 unsuitable->words, unsuitable->rule));
  }
  const auto& stats = std::get<CalibratedStats>(outcome);
  require_finite(stats.total_time, "total_time");
  console.log->info("{}", log_line(path, log, stats.memory.peak));
  return row_of_run(run, system);
}

void add_logs(const FitFiles& files, const System& system, Console& console,
              ClusterMeasurements& measurements) {
  check_one_for_each(files.models, files.logs.size(), "--model");
  check_one_for_each(files.executions, files.logs.size(), "--execution");
  for (std::size_t i = 0; i < files.logs.size(); ++i) {
    measurements.steps.push_back(log_row(files, i, system, console));
  }
  measurements.steps_source +=
      fmt::format("{}{} {}", files.table.empty() ? "" : ", ", files.logs.size(),
                  files.logs.size() == 1 ? "log" : "logs");
}

void add_source(PartTable& part, const std::string& path) {
  part.source += (part.source.empty() ? "" : ", ") + source_name(path);
}

// All tables of collectives together tell the network.
void add_collectives(const FitFiles& files, const System& system,
                     ClusterMeasurements& measurements) {
  PartTable part{"", {"network_efficiency", "network_step_seconds"}, {}};
  for (const std::string& path : files.collectives) {
    const CollectiveTable table = parse_collective_table(path, read_text_file(path));
    for (FitRow& row : collective_rows(path, table, system)) {
      part.rows.push_back(std::move(row));
    }
    add_source(part, path);
  }
  if (!part.rows.empty()) {
    measurements.parts.push_back(std::move(part));
  }
}

void add_products(const FitFiles& files, const System& system, ClusterMeasurements& measurements) {
  PartTable part{
      "", {"gemm_efficiency_16bit", "gemm_efficiency_float8", "gemm_efficiency_float4"}, {}};
  for (const std::string& path : files.products) {
    for (FitRow& row : product_rows(parse_product_table(path, read_text_file(path)), system)) {
      part.rows.push_back(std::move(row));
    }
    add_source(part, path);
  }
  if (!part.rows.empty()) {
    measurements.parts.push_back(std::move(part));
  }
}

}  // namespace

ClusterMeasurements read_measurements(const FitFiles& files, const System& system,
                                      const std::string& name, int threads, Console& console) {
  ClusterMeasurements measurements;
  add_collectives(files, system, measurements);
  add_products(files, system, measurements);
  if (!files.table.empty()) {
    measurements.steps = table_rows(files.table, system, name, threads, console);
    measurements.steps_source = runs_text(measurements.steps.size(), files.table);
  }
  if (!files.logs.empty()) {
    add_logs(files, system, console, measurements);
  }
  if (!files.holdout.empty()) {
    measurements.holdout = table_rows(files.holdout, system, name, threads, console);
    measurements.holdout_source = runs_text(measurements.holdout.size(), files.holdout);
  }
  return measurements;
}

}  // namespace calculon
