#include "measured/predict.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/finite.h"
#include "base/json_reader.h"
#include "calculon/base/input_error.h"
#include "calculon/base/parallel.h"
#include "calibrated/calibrated_evaluate.h"
#include "measured/rule_of_message.h"

namespace calculon {
namespace {

RejectedRow rejected_run(const MeasuredRun& run, const std::string& words) {
  return {run.row, run.id, rule_of_message(words), fmt::format("row {}: {}", run.row, words)};
}

// Of larger figures no mean could be made.
void require_moderate(double value, std::string_view name) {
  if (value > kLargestReal) {
    throw InputError(out_of_range_text(name));
  }
}

// The largest of the stages by `figure`, or that of the stage that was read.
double figure_of_stage(const MeasuredRun& run, const CalibratedStats& stats,
                       double StageMemory::*figure) {
  if (run.stage) {
    return stats.stages[static_cast<std::size_t>(*run.stage)].*figure;
  }
  double largest = 0;
  for (const StageMemory& stage : stats.stages) {
    largest = std::max(largest, stage.*figure);
  }
  return largest;
}

std::variant<PredictedRun, RejectedRow> predicted_run(const MeasuredRun& run,
                                                      const System& system) {
  auto outcome = predict(run, system);
  if (auto* rejected = std::get_if<RejectedRow>(&outcome)) {
    return std::move(*rejected);
  }
  return PredictedRun{&run, &system, std::get<RunPrediction>(outcome),
                      uncertainty_of(run.model, system, run.execution)};
}

}  // namespace

std::variant<CalibratedStats, RejectedRow> evaluate_run(const MeasuredRun& run,
                                                        const System& system) {
  if (run.stage && *run.stage >= run.execution.pipeline_par) {
    return rejected_run(run, fmt::format("measured_stage is {}, but there are {} stages (rule KC2)",
                                         *run.stage, run.execution.pipeline_par));
  }
  try {
    auto outcome = evaluate_calibrated(run.model, system, run.execution);
    if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
      return rejected_run(run, fmt::format("{} (rule {})", unsuitable->words, unsuitable->rule));
    }
    auto& stats = std::get<CalibratedStats>(outcome);
    require_moderate(stats.total_time, "total_time");
    require_moderate(stats.memory.peak, "memory.peak");
    return std::move(stats);
  } catch (const InputError& error) {
    return rejected_run(run, error.what());
  }
}

RunPrediction prediction_of(const MeasuredRun& run, const CalibratedStats& stats) {
  return {stats.total_time, figure_of_stage(run, stats, &StageMemory::peak),
          figure_of_stage(run, stats, &StageMemory::fixed), stats.memory.verdict};
}

std::variant<RunPrediction, RejectedRow> predict(const MeasuredRun& run, const System& system) {
  auto outcome = evaluate_run(run, system);
  if (auto* rejected = std::get_if<RejectedRow>(&outcome)) {
    return std::move(*rejected);
  }
  return prediction_of(run, std::get<CalibratedStats>(outcome));
}

PredictedTable predict_table(const MeasuredTable& table, SystemFiles& systems, int threads) {
  using Answer = std::variant<PredictedRun, RejectedRow>;
  std::vector<const System*> system_of(table.runs.size());
  std::vector<Answer> answers(table.runs.size());
  for (std::size_t i = 0; i < table.runs.size(); ++i) {
    try {
      system_of[i] = &systems.get(table.runs[i].system);
    } catch (const InputError& error) {
      answers[i] = rejected_run(table.runs[i], error.what());
    }
  }
  parallel_for(table.runs.size(), threads, [&](std::size_t i) {
    if (system_of[i]) {
      answers[i] = predicted_run(table.runs[i], *system_of[i]);
    }
  });
  PredictedTable result;
  result.rejected = table.rejected;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (auto* rejected = std::get_if<RejectedRow>(&answers[i])) {
      result.rejected.push_back(std::move(*rejected));
    } else {
      result.runs.push_back(std::get<PredictedRun>(std::move(answers[i])));
    }
  }
  std::stable_sort(result.rejected.begin(), result.rejected.end(),
                   [](const RejectedRow& a, const RejectedRow& b) { return a.row < b.row; });
  return result;
}

}  // namespace calculon
