#pragma once

#include <string>
#include <vector>

#include "calculon/hardware/system.h"
#include "fit/fit_row.h"
#include "measured/measured_run.h"
#include "measured/measured_table.h"

namespace calculon {

// The rows of a measured table that a fit can use, and what became of the others.
struct MeasuredRows {
  std::vector<FitRow> rows;
  std::vector<RejectedRow> rejected;
  std::int64_t without_time = 0;  // or not for errors of the step time
  std::int64_t elsewhere = 0;     // of other systems
};

// A run with a step time, as a row. REQUIRES that its execution suits the model and the system.
FitRow row_of_run(const MeasuredRun& run, const System& system);

// Those of `name`, or of all systems if there is none of it.
MeasuredRows measured_rows(const MeasuredTable& table, const System& system,
                           const std::string& name);

// "t.csv has no run to fit to: 3 of other systems, 2 without a time, 1 rejected (the first: ...)".
std::string no_rows_text(const std::string& table, const MeasuredRows& rows);

}  // namespace calculon
