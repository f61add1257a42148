#include "support/measured_fit.h"

#include <cmath>

#include "fit/measured_rows.h"
#include "support/source_tree.h"

namespace calculon::test {

StackRuns stack_runs(const std::string& name) {
  static const MeasuredTable kTable =
      read_measured_table(source_path("examples/measured/calibration.csv.gz"), 1);
  StackRuns runs;
  runs.system = read_system(source_path("systems/" + name + ".json"));
  runs.start.processor_units = runs.system.calibration.value().processor_units;
  runs.system.calibration = runs.start;
  runs.rows = measured_rows(kTable, runs.system, name).rows;
  return runs;
}

double mean_error(const std::vector<FitRow>& rows, const std::vector<double>& seconds) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sum += 100 * std::fabs(seconds[i] / rows[i].measured_seconds - 1);
  }
  return sum / static_cast<double>(rows.size());
}

}  // namespace calculon::test
