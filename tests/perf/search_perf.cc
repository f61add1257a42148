// Whole searches, and how they scale with threads. items_per_second counts all strategies of the
// space; good_per_second those that fit, which an exhaustive search evaluates one by one.
#include <benchmark/benchmark.h>

#include <atomic>

#include "calculon/base/parallel.h"
#include "calculon/search/search.h"
#include "perf/perf_inputs.h"

namespace calculon::perf {
namespace {

void run_search(benchmark::State& state, const SearchCase& search_case, bool exhaustive,
                bool break_microbatches, int threads) {
  SearchOptions options;
  options.threads = threads;
  options.exhaustive = exhaustive;
  options.break_microbatches = break_microbatches;
  std::int64_t counted = 0;
  std::int64_t good = 0;
  for (auto _ : state) {
    std::atomic<bool> stop{false};
    const StrategySpace space(search_case.transformer, search_case.system, search_case.options);
    const SearchResult result = search(search_case.transformer, search_case.system, space, options,
                                       stop, [](std::int64_t) {});
    counted += result.tally.total;
    good += result.tally.good;
  }
  state.SetItemsProcessed(counted);
  state.counters["good_per_second"] =
      benchmark::Counter(static_cast<double>(good), benchmark::Counter::kIsRate);
  state.counters["threads"] = threads;
}

void search_gpt3_175B_4096(benchmark::State& state) {
  run_search(state, gpt3_on_4096(), false, false, static_cast<int>(state.range(0)));
}
void search_megatron_1T_4096(benchmark::State& state) {
  run_search(state, megatron_on_4096(), false, false, available_cpus());
}
void search_turing_530B_5128(benchmark::State& state) {
  run_search(state, turing_on_5128(), false, true, available_cpus());
}
void search_moe_gpt_1_8T_4096(benchmark::State& state) {
  run_search(state, gpt_1_8T_on_4096(SpaceKind::kMoe), false, false, available_cpus());
}
void search_moe_flexible_gpt_1_8T_4096(benchmark::State& state) {
  run_search(state, gpt_1_8T_on_4096(SpaceKind::kMoeFlexible), false, false, available_cpus());
}
void exhaustive_gpt3_175B_4096(benchmark::State& state) {
  run_search(state, gpt3_on_4096(), true, false, static_cast<int>(state.range(0)));
}

BENCHMARK(search_gpt3_175B_4096)
    ->RangeMultiplier(2)
    ->Range(1, 8)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(search_megatron_1T_4096)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(search_turing_530B_5128)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(search_moe_gpt_1_8T_4096)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(search_moe_flexible_gpt_1_8T_4096)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(exhaustive_gpt3_175B_4096)
    ->RangeMultiplier(2)
    ->Range(1, 8)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// The schedule evaluations proper: block choices that are few and schedules that all fit, so that
// good_per_second is what one core does per second.
void schedules_of_one_core(benchmark::State& state) {
  SearchCase search_case = gpt3_on_4096();
  for (const auto& [setting, wanted] : {std::pair{"tensor_par", "8"},
                                        {"pipeline_par", "16..96"},
                                        {"activation_recompute", "full"},
                                        {"tensor_par_overlap", "ring"},
                                        {"microbatch_size", "1..4"},
                                        {"tensor_par_net", "0"},
                                        {"pipeline_par_net", "1"},
                                        {"data_par_net", "1"}}) {
    search_case.options.filter.accept(setting, wanted);
  }
  run_search(state, search_case, true, false, 1);
}
BENCHMARK(schedules_of_one_core)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace calculon::perf
