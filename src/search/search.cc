#include "calculon/search/search.h"

#include <limits>
#include <mutex>

#include "calculon/base/parallel.h"
#include "calculon/batch/evaluate.h"
#include "search/search_plan.h"
#include "search/walker.h"

namespace calculon {
namespace {

constexpr int kProgressMilliseconds = 100;

// What one thread tells about its progress, on a cache line of its own.
struct alignas(64) Counter {
  std::atomic<std::int64_t> counted{0};
};

std::vector<RankedStrategy> evaluate_again(const Transformer& transformer, const System& system,
                                           const StrategySpace& space,
                                           const std::vector<Candidate>& candidates) {
  std::vector<RankedStrategy> ranked;
  for (const Candidate& candidate : candidates) {
    const Strategy strategy = space.at(candidate.index);
    ranked.push_back({candidate.index, strategy, *evaluate(transformer, system, strategy)});
  }
  return ranked;
}

}  // namespace

SearchResult search(const Transformer& transformer, const System& system,
                    const StrategySpace& space, const SearchOptions& options,
                    std::atomic<bool>& stop, const Progress& progress) {
  require_datatype(system, space.datatype());
  const SearchPlan plan(space, system);
  std::atomic<double> threshold{-std::numeric_limits<double>::infinity()};
  const SearchContext context{transformer, system, space, plan, options, stop, threshold};
  const int threads = options.threads;
  std::vector<Counter> counters(static_cast<std::size_t>(threads));
  ChunkQueue queue(static_cast<std::int64_t>(plan.items().size()), threads);

  SearchResult result;
  Keeper keeper(options);
  std::mutex merging;
  const auto work = [&](int thread) {
    Walker walker(context);
    Counter& counter = counters[static_cast<std::size_t>(thread)];
    for (auto chunk = queue.next(); !chunk.empty() && !stop; chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end; ++i) {
        walker.walk(plan.items()[static_cast<std::size_t>(i)]);
        counter.counted.store(walker.tally().total, std::memory_order_relaxed);
      }
    }
    const std::lock_guard lock(merging);
    result.tally.merge(walker.tally());
    keeper.merge(walker.keeper());
  };
  const auto watch = [&] {
    std::int64_t counted = 0;
    for (const Counter& counter : counters) {
      counted += counter.counted.load(std::memory_order_relaxed);
    }
    progress(counted);
  };
  run_threads(threads, work, stop, kProgressMilliseconds, watch);

  result.kept = keeper.kept();
  result.interrupted = stop;
  result.best = evaluate_again(transformer, system, space, keeper.sorted());
  return result;
}

}  // namespace calculon
