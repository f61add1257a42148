#include "search/work_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace calculon {
namespace {

// What the block choices of a task's strategies have in common.
BlockChoices common_choices(const StrategySpace& space) {
  const StrategySpace::Cell& cell = space.cells().front();
  BlockChoices choices = space.base(cell, cell.groups.front());
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
    if (task.space.cells().empty()) {
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
  std::map<Key, std::vector<Place>> buckets;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const auto& cells = tasks[t].space.cells();
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const StrategySpace::Degrees& degrees = cells[c].degrees;
      buckets[{groups[t], degrees.tensor_par, degrees.expert_par, degrees.expert_slice}].push_back(
          {t, c});
    }
  }
  for (auto& [key, places] : buckets) {
    buckets_.push_back(std::move(places));
    std::set<std::int64_t> block_keys;
    std::set<const std::vector<SettingFamily>*> seen;
    for (const Place& place : buckets_.back()) {
      const auto& families = plans[place.task]->families(place.cell);
      if (seen.insert(&families).second) {
        for (const SettingFamily& family : families) {
          block_keys.insert(family.key);
        }
      }
    }
    for (const std::int64_t block_key : block_keys) {
      items_.push_back({buckets_.back(), block_key});
    }
  }
}

}  // namespace calculon
