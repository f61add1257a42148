#pragma once

#include <string>

#include "measured/predict.h"

namespace calculon::test {

// A bundled table of measured runs, "calibration" or "nanotron", with its predictions.
struct MeasuredRuns {
  MeasuredTable table;
  SystemFiles systems;
  PredictedTable predicted;

  explicit MeasuredRuns(const std::string& name);
  MeasuredRuns(const MeasuredRuns&) = delete;
  MeasuredRuns& operator=(const MeasuredRuns&) = delete;
};

// The bundled table of that name, predicted once.
const MeasuredRuns& measured_runs(const std::string& name);

}  // namespace calculon::test
