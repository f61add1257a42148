#pragma once

#include <string>
#include <variant>
#include <vector>

#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/hardware/system.h"
#include "calibrated/uncertainty.h"
#include "measured/measured_run.h"
#include "measured/measured_table.h"
#include "measured/system_files.h"

namespace calculon {

// What the calibrated model says of a measured run.
struct RunPrediction {
  double seconds = 0;
  double peak_bytes = 0;    // of the stage that was read, or the largest
  double static_bytes = 0;  // the same
  MemoryVerdict verdict = MemoryVerdict::kFits;
};

// The statistics of a run on `system`, or why it is rejected. Whether it fits into memory (rule
// KD7) is not asked: its verdict says so.
std::variant<CalibratedStats, RejectedRow> evaluate_run(const MeasuredRun& run,
                                                        const System& system);
RunPrediction prediction_of(const MeasuredRun& run, const CalibratedStats& stats);

std::variant<RunPrediction, RejectedRow> predict(const MeasuredRun& run, const System& system);

// How far a prediction is from what was measured, in percent of that.
inline double error_percent(double predicted, double measured) {
  return 100 * (predicted / measured - 1);
}

// A run beside its prediction.
struct PredictedRun {
  const MeasuredRun* run;
  const System* system;
  RunPrediction prediction;
  Uncertainty uncertainty;  // that its step time would be answered with
};

// All runs of a table, in its order.
struct PredictedTable {
  std::vector<PredictedRun> runs;
  std::vector<RejectedRow> rejected;  // those that could not be read, too
};

// Predicts on up to `threads` threads. `table` and `systems` have to outlive the result.
PredictedTable predict_table(const MeasuredTable& table, SystemFiles& systems, int threads);

}  // namespace calculon
