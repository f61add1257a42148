// A table of measured runs, from its text to the errors of all predictions.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "calculon/base/files.h"
#include "calculon/base/parallel.h"
#include "measured/predict.h"
#include "measured/table_errors.h"
#include "perf/perf_inputs.h"

namespace calculon::perf {
namespace {

// A bundled table made longer: its rows again and again, with other ids.
std::string long_table(std::size_t rows) {
  const std::string text = read_text_file(bundled("examples/measured/calibration.csv.gz"));
  const std::size_t header = text.find('\n') + 1;
  std::string table = text.substr(0, header);
  for (std::size_t i = 0, at = header; i < rows; ++i) {
    if (at >= text.size()) {
      at = header;
    }
    const std::size_t end = text.find('\n', at) + 1;
    table += fmt::format("{}-", i);
    table.append(text, at, end - at);
    at = end;
  }
  return table;
}

void measured_rows(benchmark::State& state) {
  const std::string path = bundled("examples/measured/calibration.csv.gz");
  const std::string text = long_table(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const MeasuredTable table = parse_measured_table(path, text, available_cpus());
    SystemFiles systems(system_folders(path, "", bundled("systems")));
    const PredictedTable predicted = predict_table(table, systems, available_cpus());
    if (!predicted.rejected.empty()) {
      state.SkipWithError("a row was rejected");
      return;
    }
    benchmark::DoNotOptimize(errors_of_all(predicted.runs));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(measured_rows)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace calculon::perf
