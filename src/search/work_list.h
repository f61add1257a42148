#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "calculon/search/search_types.h"
#include "search/search_plan.h"

namespace calculon {

// The work of one or many searches, cut so that all strategies with the same block choices stand
// together: block profiles depend on model, system and these choices only, so that searches which
// differ in the number of processors or the batch share them.
class WorkList {
 public:
  struct Place {
    std::size_t task;
    std::size_t cell;  // of the task's space
  };
  struct Item {
    std::span<const Place> places;
    std::int64_t block_key;
  };

  WorkList(std::span<const SearchTask> tasks, std::span<const SearchPlan* const> plans);

  const std::vector<Item>& items() const { return items_; }

 private:
  std::deque<std::vector<Place>> buckets_;
  std::vector<Item> items_;
};

}  // namespace calculon
