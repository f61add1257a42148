#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "calculon/search/search_types.h"
#include "search/search_plan.h"
#include "search/system_parts.h"

namespace calculon {

// The work of one or many searches, cut so that all strategies with the same block choices stand
// together: block profiles depend on model, system and these choices only, so that searches which
// differ in the number of processors or the batch share them, and those on systems that are alike
// where it matters, too. Of these, the ones over one space stand together for each of its degrees.
// Does not change once it is made, so threads may share it.
class WorkList {
 public:
  // Some degrees of one task.
  struct TaskDegrees {
    std::size_t task;
    std::size_t degrees;  // their number in the task's space
  };
  struct Item {
    std::span<const TaskDegrees> walks;  // not all of these allow the block key
    std::int64_t block_key;
  };

  // `systems` and `plans` are those of the tasks, in the same order. None has to outlive the list.
  WorkList(std::span<const SearchTask> tasks, std::span<const NumberedSystem* const> systems,
           std::span<const SearchPlan* const> plans);

  const std::vector<Item>& items() const { return items_; }

 private:
  std::deque<std::vector<TaskDegrees>> buckets_;
  std::vector<Item> items_;
};

}  // namespace calculon
