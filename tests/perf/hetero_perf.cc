// The planner on the largest published experiment: 40 layers, 128 + 128 GPUs.
#include <benchmark/benchmark.h>

#include "calculon/base/parallel.h"
#include "calculon/planner/plan/hetero_plan.h"
#include "calculon/planner/profiles/synthetic_profiles.h"

namespace calculon::perf {
namespace {

GpuCluster cluster_of(std::int64_t nodes_per_type) {
  std::vector<HostLine> hosts;
  for (const char* address : {"v100", "a100"}) {
    hosts.insert(hosts.end(), static_cast<std::size_t>(nodes_per_type), {address, 4});
  }
  return make_cluster("hosts", hosts, "cluster",
                      {{"v100", "V100", 10, 50, 16 * 1024}, {"a100", "A100", 10, 46, 80 * 1024}});
}

// Reading is left out; the program as a whole takes some ten milliseconds more.
void plan_256_gpus(benchmark::State& state, SearchOrder search, int threads, bool cost_all) {
  const ProfileSet profiles("synthetic", synthetic_profiles({.num_layers = 40}));
  HeteroOptions options;
  options.global_batch_size = 128;
  options.search = search;
  options.threads = threads;
  options.sum_of_costs = cost_all;
  const HeteroPlanner planner(cluster_of(32), profiles, options);
  std::atomic<bool> stop{false};
  std::int64_t steps = 0;
  for (auto _ : state) {
    steps = planner.search(stop).counts.steps;
  }
  state.counters["steps"] = static_cast<double>(steps);
  state.counters["steps/s"] =
      benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsIterationInvariantRate);
}

void hetero_plan_naive(benchmark::State& state) {
  plan_256_gpus(state, SearchOrder::kNaive, available_cpus(), false);
}
void hetero_plan_improved(benchmark::State& state) {
  plan_256_gpus(state, SearchOrder::kImproved, available_cpus(), false);
}
void hetero_plan_naive_1_thread(benchmark::State& state) {
  plan_256_gpus(state, SearchOrder::kNaive, 1, false);
}
void hetero_plan_naive_all_costs(benchmark::State& state) {
  plan_256_gpus(state, SearchOrder::kNaive, available_cpus(), true);
}

BENCHMARK(hetero_plan_naive)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(hetero_plan_improved)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(hetero_plan_naive_1_thread)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(hetero_plan_naive_all_costs)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace calculon::perf
