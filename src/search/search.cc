#include "calculon/search/search.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>

#include "calculon/base/parallel.h"
#include "search/degrees.h"
#include "search/search_plan.h"
#include "search/search_result.h"
#include "search/walker.h"
#include "search/work_list.h"

namespace calculon {
namespace {

constexpr int kProgressMilliseconds = 100;

// What one thread tells about its progress, on a cache line of its own.
struct alignas(64) Counter {
  std::atomic<std::int64_t> counted{0};
};

// What the threads know of one task.
struct TaskState {
  std::unique_ptr<SearchPlan> plan;
  std::atomic<double> threshold{-std::numeric_limits<double>::infinity()};
  std::atomic<std::int64_t> walks_left{0};  // pairs of degrees and block settings
  std::mutex merging;
  Tally tally;
  std::unique_ptr<Keeper> keeper;

  // Not whole if it was stopped.
  void prepare(const SearchTask& task, const StopToken& stop) {
    plan = std::make_unique<SearchPlan>(task.space, task.system, stop);
    keeper = std::make_unique<Keeper>(task.options);
    if (stop) {
      return;
    }
    for (std::size_t d = 0; d < task.space.degrees().size(); ++d) {
      walks_left += static_cast<std::int64_t>(plan->settings(d).size());
    }
  }
};

// One thread's part of all tasks.
class SearchThread {
 public:
  SearchThread(std::span<const SearchTask> tasks, std::deque<TaskState>& states,
               const StopToken& stop)
      : tasks_(tasks), states_(states), stop_(stop), walkers_(tasks.size()) {}

  void work(const WorkList::Item& item, std::atomic<std::int64_t>& counted) {
    bool begun = false;
    for (const WorkList::TaskDegrees& walk : item.walks) {
      const BlockSettings* block = states_[walk.task].plan->settings(walk.degrees, item.block_key);
      if (!block || stop_) {
        continue;
      }
      if (!begun) {
        begin(walk, *block);
        begun = true;
      }
      Walker& walker = walker_of(walk.task);
      const std::int64_t before = walker.tally().total;
      walker.walk(walk.degrees, *block);
      states_[walk.task].walks_left -= stop_ ? 0 : 1;
      counted.store(counted.load(std::memory_order_relaxed) + walker.tally().total - before,
                    std::memory_order_relaxed);
    }
  }

  void merge() {
    for (std::size_t t = 0; t < walkers_.size(); ++t) {
      if (walkers_[t]) {
        const std::lock_guard lock(states_[t].merging);
        states_[t].tally.merge(walkers_[t]->tally());
        states_[t].keeper->merge(walkers_[t]->keeper());
      }
    }
  }

 private:
  void begin(const WorkList::TaskDegrees& walk, const BlockSettings& block) {
    const SearchTask& task = tasks_[walk.task];
    Strategy choices = task.space.degrees()[walk.degrees].strategy;
    set_all(block.values, choices);
    profiles_.begin(task.transformer, task.system, choices);
  }

  Walker& walker_of(std::size_t task) {
    if (!walkers_[task]) {
      TaskState& state = states_[task];
      walkers_[task] = std::make_unique<Walker>(
          SearchContext{tasks_[task], *state.plan, stop_, state.threshold}, profiles_);
    }
    return *walkers_[task];
  }

  std::span<const SearchTask> tasks_;
  std::deque<TaskState>& states_;
  const StopToken& stop_;
  ProfileCache profiles_;
  std::vector<std::unique_ptr<Walker>> walkers_;  // by task, made when first needed
};

void prepare_all(std::span<const SearchTask> tasks, int threads, const std::atomic<bool>& stop,
                 const Progress& progress, std::deque<TaskState>& states) {
  const int used = static_cast<int>(std::min(tasks.size(), static_cast<std::size_t>(threads)));
  ChunkQueue queue(static_cast<std::int64_t>(tasks.size()), std::max(used, 1));
  const auto work = [&](int, const StopToken& token) {
    for (auto chunk = queue.next(); !chunk.empty() && !token; chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end; ++i) {
        const auto t = static_cast<std::size_t>(i);
        states[t].prepare(tasks[t], token);
      }
    }
  };
  run_threads(std::max(used, 1), work, stop, kProgressMilliseconds, [&] { progress(0); });
}

// Of searches that were stopped before they began.
std::vector<SearchResult> nothing_found(std::size_t count) {
  SearchResult nothing;
  nothing.interrupted = true;
  return std::vector<SearchResult>(count, nothing);
}

}  // namespace

SearchResult search(const Transformer& transformer, const System& system,
                    const StrategySpace& space, const SearchOptions& options,
                    const std::atomic<bool>& stop, const Progress& progress) {
  const SearchTask task{transformer, system, space, options};
  return search_all({&task, 1}, options.threads, stop, progress).front();
}

std::vector<SearchResult> search_all(std::span<const SearchTask> tasks, int threads,
                                     const std::atomic<bool>& stop, const Progress& progress) {
  std::deque<TaskState> states(tasks.size());
  std::vector<const SearchPlan*> plans;
  for (const SearchTask& task : tasks) {
    require_datatype(task.system, task.space.datatype());
  }
  prepare_all(tasks, threads, stop, progress, states);
  if (stop) {
    return nothing_found(tasks.size());
  }
  for (const TaskState& state : states) {
    plans.push_back(state.plan.get());
  }
  const WorkList list(tasks, plans);

  std::vector<Counter> counters(static_cast<std::size_t>(threads));
  ChunkQueue queue(static_cast<std::int64_t>(list.items().size()), threads);
  const auto work = [&](int thread, const StopToken& token) {
    SearchThread worker(tasks, states, token);
    for (auto chunk = queue.next(); !chunk.empty() && !token; chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end; ++i) {
        worker.work(list.items()[static_cast<std::size_t>(i)],
                    counters[static_cast<std::size_t>(thread)].counted);
      }
    }
    worker.merge();
  };
  const auto watch = [&] {
    std::int64_t counted = 0;
    for (const Counter& counter : counters) {
      counted += counter.counted.load(std::memory_order_relaxed);
    }
    progress(counted);
  };
  run_threads(threads, work, stop, kProgressMilliseconds, watch);

  std::vector<SearchResult> results;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const TaskState& state = states[t];
    results.push_back(make_result(tasks[t], state.tally, *state.keeper, state.walks_left != 0));
  }
  return results;
}

}  // namespace calculon
