#include "search/work_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

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
std::vector<std::size_t> share_profiles(std::span<const SearchTask> tasks,
                                        std::span<const NumberedSystem* const> systems) {
  using Machine = std::pair<const Transformer*, std::size_t>;  // and the processor's number
  std::map<Machine, std::vector<std::pair<BlockChoices, std::size_t>>> groups;
  std::size_t count = 0;
  std::vector<std::size_t> numbers;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    if (tasks[t].space.degrees().empty()) {
      numbers.push_back(count++);
      continue;
    }
    auto& alike = groups[{&tasks[t].transformer, systems[t]->parts.processor}];
    const BlockChoices choices = common_choices(tasks[t].space);
    auto same = std::find_if(alike.begin(), alike.end(),
                             [&](const auto& group) { return group.first == choices; });
    if (same == alike.end()) {
      same = alike.insert(same, {choices, count++});
    }
    numbers.push_back(same->second);
  }
  return numbers;
}

// A number for the space of each task.
std::vector<std::size_t> number_spaces(std::span<const SearchTask> tasks) {
  std::map<const StrategySpace*, std::size_t> known;
  std::vector<std::size_t> numbers;
  for (const SearchTask& task : tasks) {
    numbers.push_back(known.try_emplace(&task.space, known.size()).first->second);
  }
  return numbers;
}

}  // namespace

WorkList::WorkList(std::span<const SearchTask> tasks,
                   std::span<const NumberedSystem* const> systems,
                   std::span<const SearchPlan* const> plans) {
  const std::vector<std::size_t> groups = share_profiles(tasks, systems);
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
  const std::vector<std::size_t> spaces = number_spaces(tasks);
  for (auto& [key, walks] : buckets) {
    std::stable_sort(walks.begin(), walks.end(), [&](const TaskDegrees& a, const TaskDegrees& b) {
      return std::pair(spaces[a.task], a.degrees) < std::pair(spaces[b.task], b.degrees);
    });
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
