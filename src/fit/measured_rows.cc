#include "fit/measured_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <variant>

#include "calculon/base/files.h"
#include "calibrated/step_predictor.h"
#include "measured/predict.h"

namespace calculon {
namespace {

// Tables name systems, or their files.
bool is_of(const MeasuredRun& run, const std::string& name) {
  return run.system == name ||
         (run.system.ends_with(".json") && name_without_extension(run.system) == name);
}

}  // namespace

FitRow row_of_run(const MeasuredRun& run, const System& system) {
  const auto step = std::make_shared<const StepPredictor>(run.model, run.execution,
                                                          machine_of(system, run.execution));
  FitRow row;
  row.id = run.id;
  row.measured_seconds = *run.seconds;
  row.seconds = [step](const Calibration& constants) { return step->seconds(constants); };
  row.cuda_graphs = run.execution.cuda_graph_scope != CudaGraphScope::kNone;
  row.experts = run.model.details.num_experts > 0;
  return row;
}

MeasuredRows measured_rows(const MeasuredTable& table, const System& system,
                           const std::string& name) {
  const bool named = std::any_of(table.runs.begin(), table.runs.end(),
                                 [&](const MeasuredRun& run) { return is_of(run, name); });
  MeasuredRows rows;
  rows.rejected = table.rejected;
  for (const MeasuredRun& run : table.runs) {
    if (named && !is_of(run, name)) {
      ++rows.elsewhere;
    } else if (!run.has_time()) {
      ++rows.without_time;
    } else {
      auto prediction = predict(run, system);
      if (auto* rejected = std::get_if<RejectedRow>(&prediction)) {
        rows.rejected.push_back(std::move(*rejected));
      } else {
        rows.rows.push_back(row_of_run(run, system));
      }
    }
  }
  return rows;
}

std::string no_rows_text(const std::string& table, const MeasuredRows& rows) {
  std::string text = fmt::format(
      "{}: has no run to fit to: {} of other systems, {} without a step time, {} rejected", table,
      rows.elsewhere, rows.without_time, rows.rejected.size());
  if (!rows.rejected.empty()) {
    text += fmt::format(", of which {}", rows.rejected.front().message);
  }
  return text;
}

}  // namespace calculon
