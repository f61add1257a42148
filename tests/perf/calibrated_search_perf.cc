// Searches by the calibrated methodology: the three golden ones as they are, and one with all that
// can be chosen opened, by executions evaluated per second on one thread.
#include <benchmark/benchmark.h>

#include <atomic>

#include "calibrated/search/calibrated_search.h"
#include "perf/perf_inputs.h"

namespace calculon::perf {
namespace {

struct SearchExample {
  const char* model;
  const char* system;
  std::int64_t num_procs;
  std::int64_t batch_size;
  Datatype datatype;
};

constexpr std::array kGolden = {
    SearchExample{"llama-3.1-70b", "h100-80g-nemo", 512, 1024, Datatype::kBfloat16},
    SearchExample{"mixtral-8x7b", "h100-80g-nemo", 128, 512, Datatype::kBfloat16},
    SearchExample{"gpt3-175b-modern", "a100-80g-mds-ib", 1024, 1024, Datatype::kFloat16}};

void run(benchmark::State& state, const SearchExample& example, const WantedSettings& wanted) {
  const Transformer model = read_transformer(bundled("models/") + example.model + ".json");
  const System system = read_system(bundled("systems/") + example.system + ".json");
  const std::atomic<bool> stop{false};
  std::int64_t size = 0;
  for (auto _ : state) {
    const CalibratedSpace space(
        model, system,
        {example.num_procs, example.batch_size, example.datatype, wanted, std::nullopt});
    size = space.size();
    benchmark::DoNotOptimize(
        search_calibrated(model, system, space, {}, stop, [](std::int64_t) {}));
  }
  state.SetItemsProcessed(state.iterations() * size);
  state.counters["executions"] = static_cast<double>(size);
}

void calibrated_search(benchmark::State& state) {
  run(state, kGolden[static_cast<std::size_t>(state.range(0))], {});
}
BENCHMARK(calibrated_search)->DenseRange(0, 2)->Unit(benchmark::kMillisecond)->UseRealTime();

// All microbatches, modules to recompute and shardings.
void calibrated_search_opened(benchmark::State& state) {
  SearchExample example = kGolden[0];
  example.num_procs = state.range(0);
  WantedSettings wanted;
  wanted.want("microbatch_size", "1..1024");
  wanted.want("recompute_modules",
              "none,core_attn,layernorm,mlp,mlp_act,mlp_in,op,core_attn+layernorm,core_attn+mlp,"
              "core_attn+mlp_act,layernorm+mlp,layernorm+mlp_act,core_attn+layernorm+mlp,"
              "core_attn+layernorm+mlp_act");
  wanted.want("data_par_sharding", "none,zero1,zero2,zero3");
  wanted.want("loss_kind", "unfused,compiled,in_place");
  wanted.want("attention_kernel", "flash,unfused");
  wanted.want("tensor_par_overlap", "false,true");
  run(state, example, wanted);
}
BENCHMARK(calibrated_search_opened)
    ->Arg(512)
    ->Arg(16384)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace calculon::perf
