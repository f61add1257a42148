// One evaluation, step by step: what a profile costs, and what a schedule over a prepared profile.
#include <benchmark/benchmark.h>

#include "calculon/batch/evaluate.h"
#include "calculon/model/evaluate.h"
#include "perf/perf_inputs.h"

namespace calculon::perf {
namespace {

struct Example {
  Transformer transformer = read_transformer(bundled("models/megatron-1T.json"));
  System system = read_system(bundled("systems/a100_80g.json"));
  Strategy strategy = read_strategy(bundled("examples/3072_t4_p64_d12_mbs4_full.json")).strategy;
};

void block_profile(benchmark::State& state) {
  const Example example;
  for (auto _ : state) {
    benchmark::DoNotOptimize(profile_block(example.transformer, example.system, example.strategy));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(block_profile);

void optimizer_profile(benchmark::State& state) {
  const Example example;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        profile_optimizer(example.transformer, example.system, example.strategy, {12, 12}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(optimizer_profile);

void schedule_with_prepared_profile(benchmark::State& state) {
  const Example example;
  const BlockProfile block = profile_block(example.transformer, example.system, example.strategy);
  const OptimizerProfile optimizer =
      profile_optimizer(example.transformer, example.system, example.strategy, {12, 12});
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        evaluate(example.transformer, example.system, block, optimizer, example.strategy));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(schedule_with_prepared_profile);

void whole_evaluation(benchmark::State& state) {
  const Example example;
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluate(example.transformer, example.system, example.strategy));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(whole_evaluation);

}  // namespace
}  // namespace calculon::perf
