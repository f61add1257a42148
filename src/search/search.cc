#include "calculon/search/search.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "calculon/base/parallel.h"
#include "search/degrees.h"
#include "search/search_plan.h"
#include "search/search_result.h"
#include "search/system_parts.h"
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
  explicit TaskState(const SearchOptions& options) : keeper(options) {}

  std::atomic<double> threshold{-std::numeric_limits<double>::infinity()};
  std::mutex merging;
  Tally tally;
  Keeper keeper;
};

// Tasks that are walked together.
struct TaskGroup {
  std::vector<std::size_t> tasks;  // at least one
  NumberedSystem system;           // of the first one
  std::unique_ptr<SearchPlan> plan;
  std::atomic<std::int64_t> walks_left{0};  // pairs of degrees and block settings

  // Not whole if it was stopped.
  void prepare(const StrategySpace& space, const StopToken& stop) {
    plan = std::make_unique<SearchPlan>(space, *system.system, stop);
    if (stop) {
      return;
    }
    for (std::size_t d = 0; d < space.degrees().size(); ++d) {
      walks_left += static_cast<std::int64_t>(plan->settings(d).size());
    }
  }
};

// Groups in the order of their first tasks.
std::deque<TaskGroup> group_tasks(std::span<const SearchTask> tasks) {
  using Key = std::pair<const StrategySpace*, PartNumbers>;
  SystemParts parts;
  std::map<Key, std::vector<std::size_t>> alike;  // the groups of each, by number
  std::deque<TaskGroup> groups;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    NumberedSystem system = parts.number(tasks[t].system);
    std::vector<std::size_t>& numbers = alike[{&tasks[t].space, system.parts}];
    const auto same = std::find_if(numbers.begin(), numbers.end(), [&](std::size_t number) {
      const SearchTask& first = tasks[groups[number].tasks.front()];
      return &first.transformer == &tasks[t].transformer &&
             is_walked_like(first.options, tasks[t].options);
    });
    if (same != numbers.end()) {
      groups[*same].tasks.push_back(t);
      continue;
    }
    numbers.push_back(groups.size());
    TaskGroup& group = groups.emplace_back();
    group.tasks.push_back(t);
    group.system = std::move(system);
  }
  return groups;
}

// One thread's part of all tasks.
class SearchThread {
 public:
  SearchThread(std::span<const SearchTask> tasks, std::deque<TaskState>& states,
               std::deque<TaskGroup>& groups, const StopToken& stop)
      : tasks_(tasks), states_(states), groups_(groups), stop_(stop), walkers_(groups.size()) {}

  void work(const WorkList::Item& item, std::atomic<std::int64_t>& counted) {
    bool begun = false;
    for (std::size_t i = 0; i < item.walks.size(); ++i) {
      const WorkList::TaskDegrees& walk = item.walks[i];
      TaskGroup& group = groups_[walk.task];
      const BlockSettings* block = group.plan->settings(walk.degrees, item.block_key);
      if (!block || stop_) {
        continue;
      }
      if (!begun) {
        begin(tasks_[group.tasks.front()], walk.degrees, *block);
        begun = true;
      }
      Walker& walker = walker_of(walk.task);
      const std::int64_t before = walker.counted();
      walker.walk(walk.degrees, *block, is_shared(item.walks, i));
      group.walks_left -= stop_ ? 0 : 1;
      counted.store(counted.load(std::memory_order_relaxed) + walker.counted() - before,
                    std::memory_order_relaxed);
    }
  }

  void merge() {
    for (std::size_t g = 0; g < walkers_.size(); ++g) {
      if (!walkers_[g]) {
        continue;
      }
      for (std::size_t i = 0; i < groups_[g].tasks.size(); ++i) {
        TaskState& state = states_[groups_[g].tasks[i]];
        const WalkedTask& walked = walkers_[g]->tasks()[i];
        const std::lock_guard lock(state.merging);
        state.tally.merge(walked.tally);
        state.keeper.merge(walked.keeper);
      }
    }
  }

 private:
  // Whether the walk before or after it is over the same degrees of the same space.
  bool is_shared(std::span<const WorkList::TaskDegrees> walks, std::size_t i) const {
    const auto space = [&](const WorkList::TaskDegrees& walk) {
      return &tasks_[groups_[walk.task].tasks.front()].space;
    };
    const auto same = [&](const WorkList::TaskDegrees& other) {
      return other.degrees == walks[i].degrees && space(other) == space(walks[i]);
    };
    return (i > 0 && same(walks[i - 1])) || (i + 1 < walks.size() && same(walks[i + 1]));
  }

  void begin(const SearchTask& task, std::size_t degrees, const BlockSettings& block) {
    Strategy choices = task.space.degrees()[degrees].strategy;
    set_all(block.values, choices);
    profiles_.begin(task.transformer, choices);
    checks_.clear();
  }

  Walker& walker_of(std::size_t number) {
    if (!walkers_[number]) {
      const TaskGroup& group = groups_[number];
      std::vector<WalkedTask> walked;
      for (const std::size_t t : group.tasks) {
        walked.emplace_back(tasks_[t], states_[t].threshold);
      }
      walkers_[number] = std::make_unique<Walker>(
          SearchContext{tasks_[group.tasks.front()], group.system, *group.plan, stop_},
          std::move(walked), profiles_, checks_);
    }
    return *walkers_[number];
  }

  std::span<const SearchTask> tasks_;
  std::deque<TaskState>& states_;
  std::deque<TaskGroup>& groups_;
  const StopToken& stop_;
  ProfileCache profiles_;
  MemoryChecks checks_;
  std::vector<std::unique_ptr<Walker>> walkers_;  // by group, made when first needed
};

void prepare_all(std::span<const SearchTask> tasks, int threads, const std::atomic<bool>& stop,
                 const Progress& progress, std::deque<TaskGroup>& groups) {
  const int used = static_cast<int>(std::min(groups.size(), static_cast<std::size_t>(threads)));
  ChunkQueue queue(static_cast<std::int64_t>(groups.size()), std::max(used, 1));
  const auto work = [&](int, const StopToken& token) {
    for (auto chunk = queue.next(); !chunk.empty() && !token; chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end; ++i) {
        TaskGroup& group = groups[static_cast<std::size_t>(i)];
        group.prepare(tasks[group.tasks.front()].space, token);
      }
    }
  };
  run_threads(std::max(used, 1), work, stop, kProgressMilliseconds, [&] { progress(0); });
}

WorkList list_work(std::span<const SearchTask> tasks, const std::deque<TaskGroup>& groups) {
  std::vector<SearchTask> firsts;
  std::vector<const NumberedSystem*> systems;
  std::vector<const SearchPlan*> plans;
  for (const TaskGroup& group : groups) {
    firsts.push_back(tasks[group.tasks.front()]);
    systems.push_back(&group.system);
    plans.push_back(group.plan.get());
  }
  return WorkList(firsts, systems, plans);
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
  for (const SearchTask& task : tasks) {
    require_datatype(task.system, task.space.datatype());
  }
  std::deque<TaskGroup> groups = group_tasks(tasks);
  prepare_all(tasks, threads, stop, progress, groups);
  if (stop) {
    return nothing_found(tasks.size());
  }
  std::deque<TaskState> states;
  for (const SearchTask& task : tasks) {
    states.emplace_back(task.options);
  }
  const WorkList list = list_work(tasks, groups);

  std::vector<Counter> counters(static_cast<std::size_t>(threads));
  ChunkQueue queue(static_cast<std::int64_t>(list.items().size()), threads);
  const auto work = [&](int thread, const StopToken& token) {
    SearchThread worker(tasks, states, groups, token);
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

  std::vector<SearchResult> results(tasks.size());
  for (const TaskGroup& group : groups) {
    for (const std::size_t t : group.tasks) {
      results[t] = make_result(tasks[t], states[t].tally, states[t].keeper, group.walks_left != 0);
    }
  }
  return results;
}

}  // namespace calculon
