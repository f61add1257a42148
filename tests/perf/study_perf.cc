// Whole studies: the sweep behind three figures of the paper, and the first one for newcomers.
#include <benchmark/benchmark.h>

#include "calculon/base/parallel.h"
#include "perf/perf_inputs.h"
#include "perf/results_folder.h"
#include "study/results/study_run.h"

namespace calculon::perf {
namespace {

// From reading the study to the last record on disk.
void run_bundled(benchmark::State& state, const std::string& name) {
  std::int64_t strategies = 0;
  for (auto _ : state) {
    const ResultsFolder folder;
    const LoadedStudy loaded = load_study(name, bundled(""), {}, available_cpus());
    write_study(folder.path(), loaded, false);
    StudyRunOptions options;
    options.folder = folder.path();
    options.threads = available_cpus();
    options.tell = [](const std::string&) {};
    std::atomic<bool> stop{false};
    const StudyRunResult result = run_study(loaded, options, stop, [](const StudyProgress&) {});
    strategies += result.strategies;
  }
  state.SetItemsProcessed(strategies);  // counted per second
  state.counters["threads"] = available_cpus();
}

void study_sc23_scaling(benchmark::State& state) {
  run_bundled(state, "sc23-scaling");
}
void study_sensitivity_h100(benchmark::State& state) {
  run_bundled(state, "sensitivity-h100");
}

BENCHMARK(study_sc23_scaling)->UseRealTime()->Unit(benchmark::kSecond)->Iterations(1);
BENCHMARK(study_sensitivity_h100)->UseRealTime()->Unit(benchmark::kSecond);

}  // namespace
}  // namespace calculon::perf
