// The program from outside, as a user's shell sees it: wall time and peak memory of whole runs.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "perf/perf_inputs.h"
#include "perf/results_folder.h"

extern char** environ;

namespace calculon::perf {
namespace {

// Runs the program without output; returns its peak memory in MB, or -1 if it failed.
double run_program(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  static const std::string program = CALCULON_PROGRAM;
  argv.push_back(const_cast<char*>(program.c_str()));
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  rusage usage{};
  if (failed != 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
    return -1;
  }
  return static_cast<double>(usage.ru_maxrss) * 1024 / kMega;  // in KiB on Linux
}

void measure(benchmark::State& state, const std::vector<std::string>& arguments) {
  double peak = 0;
  for (auto _ : state) {
    const double megabytes = run_program(arguments);
    if (megabytes < 0) {
      state.SkipWithError("the program failed");
      return;
    }
    peak = std::max(peak, megabytes);
  }
  state.counters["peak_MB"] = peak;
}

std::vector<std::string> gpt3_search(const std::string& command) {
  return {command,   bundled("models/gpt3-175B.json"), "4096",     "4096",
          "float16", bundled("systems/a100_80g.json"), "/dev/null"};
}

void program_llm(benchmark::State& state) {
  measure(state, {"llm", bundled("models/megatron-1T.json"),
                  bundled("examples/3072_t4_p64_d12_mbs4_full.json"),
                  bundled("systems/a100_80g.json"), "-"});
}
void program_loe_gpt3_175B_4096(benchmark::State& state) {
  measure(state, gpt3_search("llm-optimal-execution"));
}
void program_lae_gpt3_175B_4096(benchmark::State& state) {
  measure(state, gpt3_search("llm-all-executions"));
}
// Every bundled study, whole, with table and page, one after the other.
void program_all_studies(benchmark::State& state) {
  double peak = 0;
  for (auto _ : state) {
    const ResultsFolder folder;
    for (const auto& file : std::filesystem::directory_iterator(bundled("examples/studies"))) {
      const std::string name = file.path().stem().string();
      const double megabytes =
          run_program({"study", "run", name, "-o", folder.path() + "/" + name});
      if (megabytes < 0) {
        state.SkipWithError((name + " failed").c_str());
        return;
      }
      peak = std::max(peak, megabytes);
    }
  }
  state.counters["peak_MB"] = peak;
}

BENCHMARK(program_llm)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(program_loe_gpt3_175B_4096)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(program_lae_gpt3_175B_4096)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(program_all_studies)->UseRealTime()->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace calculon::perf
