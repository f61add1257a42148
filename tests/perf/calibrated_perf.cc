// One prediction of the calibrated model, as a search makes it: what a block profile costs, and a
// step with the memory of all stages over a prepared one.
#include <benchmark/benchmark.h>

#include "calculon/base/files.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/stage_memory.h"
#include "calibrated/step_time.h"
#include "perf/perf_inputs.h"

namespace calculon::perf {
namespace {

// Eight stages.
struct CalibratedExample {
  Transformer model = read_transformer(bundled("models/llama-3.1-70b.json"));
  System system = read_system(bundled("systems/h100.json"));
  CalibratedExecution execution = [] {
    const std::string path = bundled("examples/llama-3.1-70b_512_t4_p4.json");
    CalibratedExecution read = parse_calibrated_execution(path, read_text_file(path));
    read.pipeline_par = 8;
    read.data_par = 16;
    read.pipeline_interleaving = 1;
    return read;
  }();
  Machine machine = machine_of(system, execution);
  RankPlacement placement = place_groups(execution, machine.domain, false);
};

void calibrated_block_profile(benchmark::State& state) {
  const CalibratedExample x;
  for (auto _ : state) {
    const BlockTime block = block_time(x.model, x.execution, x.machine, x.placement);
    benchmark::DoNotOptimize(end_times(x.model, x.execution, x.machine, x.placement, block));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(calibrated_block_profile);

void calibrated_step_with_prepared_profile(benchmark::State& state) {
  const CalibratedExample x;
  const BlockTime block = block_time(x.model, x.execution, x.machine, x.placement);
  const EndTimes ends = end_times(x.model, x.execution, x.machine, x.placement, block);
  const RankMemory rank = rank_memory(x.model, x.execution, x.machine.constants.memory_overhead);
  const PipelineLayout layout(x.execution, x.model.num_blocks);
  const std::vector<StageLoad> loads = stage_loads(x.model, x.execution, layout);
  const StageSizes sizes = layout.stage_sizes();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        step_of(x.model, x.execution, x.machine, x.placement, block, ends, sizes));
    const MemoryModel memory(x.model, rank, x.execution, x.machine, x.placement);
    benchmark::DoNotOptimize(memory.stages(loads, [](const StageMemory&) {}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(calibrated_step_with_prepared_profile);

void calibrated_whole_evaluation(benchmark::State& state) {
  const CalibratedExample x;
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluate_calibrated(x.model, x.system, x.execution));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(calibrated_whole_evaluation);

}  // namespace
}  // namespace calculon::perf
