// Sweeps of training runs: items are parameter sets.
#include <benchmark/benchmark.h>

#include "bandwidth/training_run_sweep.h"
#include "calculon/bandwidth/bandwidth.h"
#include "calculon/bandwidth/estimate.h"
#include "cli/train/train_command.h"

namespace calculon::perf {
namespace {

constexpr const char* kPowers = "1,2,4,8,16,32,64,128,256,512";
constexpr const char* kBatches = "1024,2048,4096,8192,16384,32768,65536,131072,262144,524288";

template <class Model>
TrainingRunSweep<Model> sweep_over(const typename Model::Inputs& base,
                                   const std::vector<std::string>& degrees) {
  std::vector<SweepAxis<Model>> axes = {
      parse_sweep_axis<Model>(std::string("batch_size=") + kBatches, {})};
  for (const std::string& degree : degrees) {
    axes.push_back(parse_sweep_axis<Model>(degree + "=" + kPowers, {}));
  }
  return {base, std::move(axes)};
}

TrainingRunSweep<BandwidthModel> million_runs() {
  BandwidthInputs base;
  base.dataset_size = 13e12;
  base.num_layers = 512;
  base.d_model = 16384;
  base.cluster_flop_rate = 1e14;
  base.skip_efficiency_check = true;
  return sweep_over<BandwidthModel>(base,
                                    {"p_data", "p_pipe", "p_seq", "p_tensor_int", "p_tensor_ext"});
}

TrainingRunSweep<EstimateModel> million_estimates() {
  static const Chip kChip = {"H100", 1979e12, 3.35e12, 900e9};
  EstimateInputs base;
  base.n_layers = 512;
  base.d_model = 16384;
  base.chip_type = &kChip;
  base.version = ModelVersion::kHead;
  return sweep_over<EstimateModel>(base, {"microbatch_size", "pp", "dp", "tp", "tp2"});
}

template <class Model>
void evaluate_all(benchmark::State& state, const TrainingRunSweep<Model>& sweep) {
  std::int64_t valid = 0;
  for (auto _ : state) {
    sweep.for_each([&](std::int64_t, auto, const TrainingRunRule* rule, const auto& result) {
      benchmark::DoNotOptimize(&result);
      valid += rule ? 0 : 1;
      return true;
    });
  }
  state.SetItemsProcessed(state.iterations() * sweep.size());
  state.counters["valid"] = static_cast<double>(valid) / static_cast<double>(state.iterations());
}

template <class Model>
void write_all(benchmark::State& state, const TrainingRunSweep<Model>& sweep) {
  const SweepLines<Model> lines(sweep, parse_columns<Model>("", ModelVersion::kHead));
  std::string text;
  for (auto _ : state) {
    sweep.for_each(
        [&](std::int64_t, auto positions, const TrainingRunRule* rule, const auto& result) {
          text.clear();
          lines.append(text, positions, rule, result);
          benchmark::DoNotOptimize(text.data());
          return true;
        });
  }
  state.SetItemsProcessed(state.iterations() * sweep.size());
}

void evaluate_a_million_runs(benchmark::State& state) {
  evaluate_all(state, million_runs());
}
void evaluate_a_million_estimates(benchmark::State& state) {
  evaluate_all(state, million_estimates());
}
void a_million_runs_as_csv(benchmark::State& state) {
  write_all(state, million_runs());
}
void a_million_estimates_as_csv(benchmark::State& state) {
  write_all(state, million_estimates());
}

BENCHMARK(evaluate_a_million_runs)->Unit(benchmark::kMillisecond);
BENCHMARK(evaluate_a_million_estimates)->Unit(benchmark::kMillisecond);
BENCHMARK(a_million_runs_as_csv)->Unit(benchmark::kMillisecond);
BENCHMARK(a_million_estimates_as_csv)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace calculon::perf
