// All executions as CSV rows: items are rows, bytes are text.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/base/parallel.h"
#include "calculon/search/row_stream.h"
#include "perf/perf_inputs.h"
#include "text/csv_report.h"

namespace calculon::perf {
namespace {

void stream_to(benchmark::State& state, const std::string& path, int threads) {
  const SearchCase search_case = gpt3_on_4096();
  const StrategySpace space(search_case.transformer, search_case.system, search_case.options);
  const CsvColumns columns = CsvColumns::all(Preset::kCalculon);
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    OutputFile file(path);
    RowStreamOptions options;
    options.threads = threads;
    options.make_writer = [&] {
      return std::make_unique<CsvRowWriter>(columns, file.compresses());
    };
    options.write = [&](std::string_view text) {
      bytes += static_cast<std::int64_t>(text.size());
      file.write_packed(text);
    };
    std::atomic<bool> stop{false};
    rows += stream_rows(search_case.transformer, search_case.system, space, options, stop,
                        [](std::int64_t) {})
                .rows;
    file.commit();
  }
  state.SetItemsProcessed(rows);
  state.SetBytesProcessed(bytes);
  state.counters["threads"] = threads;
}

void stream_to_temporary(benchmark::State& state, const std::string& name) {
  const auto path = std::filesystem::temp_directory_path() / name;
  stream_to(state, path.string(), available_cpus());
  std::filesystem::remove(path);
}

void rows_to_dev_null(benchmark::State& state) {
  stream_to(state, "/dev/null", static_cast<int>(state.range(0)));
}
void rows_to_csv_file(benchmark::State& state) {
  stream_to_temporary(state, "calculon_perf.csv");
}
void rows_to_csv_gz_file(benchmark::State& state) {
  stream_to_temporary(state, "calculon_perf.csv.gz");
}

BENCHMARK(rows_to_dev_null)
    ->RangeMultiplier(2)
    ->Range(1, 4)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(rows_to_csv_file)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(rows_to_csv_gz_file)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace calculon::perf
