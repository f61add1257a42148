#pragma once

#include <string>
#include <vector>

#include "calculon/hardware/system.h"
#include "fit/fit_row.h"

namespace calculon::test {

// The runs of one stack in the bundled table, and its machine with neutral constants: where a user
// without any begins.
struct StackRuns {
  System system;
  Calibration start;
  std::vector<FitRow> rows;
};

StackRuns stack_runs(const std::string& name);

// Mean size of the errors of times, in percent.
double mean_error(const std::vector<FitRow>& rows, const std::vector<double>& seconds);

}  // namespace calculon::test
