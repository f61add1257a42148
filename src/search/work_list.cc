#include "search/work_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "search/degrees.h"

namespace calculon {
namespace {

// What the block choices of a task's strategies have in common.
BlockChoices common_choices(const StrategySpace& space) {
  BlockChoices choices = static_cast<const BlockChoices&>(space.degrees().front().strategy);
  choices.tensor_par = choices.expert_par = choices.expert_slice = 1;
  return choices;
}

// Tasks of one group can share profiles. Returns a number for each task.
std::vector<std::size_t> group_tasks(std::span<const SearchTask> tasks) {
  struct Group {
    const SearchTask* first;
    BlockChoices choices;
    std::size_t number;
  };
  std::multimap<const System*, Group> groups;
  std::vector<std::size_t> numbers;
  for (const SearchTask& task : tasks) {
    if (task.space.degrees().empty()) {
      numbers.push_back(groups.size());
      continue;
    }
    const BlockChoices choices = common_choices(task.space);
    const auto [begin, end] = groups.equal_range(&task.system);
    auto same = std::find_if(begin, end, [&](const auto& entry) {
      return &entry.second.first->transformer == &task.transformer &&
             entry.second.choices == choices;
    });
    if (same == end) {
      same = groups.emplace(&task.system, Group{&task, choices, groups.size()});
    }
    numbers.push_back(same->second.number);
  }
  return numbers;
}

}  // namespace

WorkList::WorkList(std::span<const SearchTask> tasks, std::span<const SearchPlan* const> plans) {
  const std::vector<std::size_t> groups = group_tasks(tasks);
  using Key = std::tuple<std::size_t, std::int64_t, std::int64_t, std::int64_t>;
  std::map<Key, std::vector<TaskDegrees>> buckets;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const std::vector<Degrees>& degrees = tasks[t].space.degrees();
    for (std::size_t d = 0; d < degrees.size(); ++d) {
      const Strategy& strategy = degrees[d].strategy;
      buckets[{groups[t], strategy.tensor_par, strategy.expert_par, strategy.expert_slice}]
          .push_back({t, d});
    }
  }
  for (auto& [key, walks] : buckets) {
    buckets_.push_back(std::move(walks));
    std::set<std::int64_t> block_keys;
    std::set<const std::vector<BlockSettings>*> seen;
    for (const TaskDegrees& walk : buckets_.back()) {
      const auto& settings = plans[walk.task]->settings(walk.degrees);
      if (seen.insert(&settings).second) {
        for (const BlockSettings& block : settings) {
          block_keys.insert(block.key);
        }
      }
    }
    for (const std::int64_t block_key : block_keys) {
      items_.push_back({buckets_.back(), block_key});
    }
  }
}

}  // namespace calculon
