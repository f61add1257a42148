#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "calculon/search/search_types.h"
#include "calculon/search/tally.h"
#include "search/keeper.h"

namespace calculon {

// One of the tasks of a walker, as one thread sees it.
class WalkedTask {
 public:
  // `threshold` is what all threads know: of the sample rate, what is below cannot be among the
  // best. It is written rarely, and outlives this, as the task does.
  WalkedTask(const SearchTask& searched, std::atomic<double>& threshold)
      : task(&searched), keeper(searched.options), threshold_(&threshold) {}

  const SearchTask* task;
  Tally tally;
  Keeper keeper;
  std::vector<bool> ended;        // -m: [interleaving][memory] has failed with a smaller microbatch
  std::vector<std::size_t> open;  // by interleaving, how many have not

  // What this thread and the others know.
  double threshold() const {
    return std::max(keeper.threshold(), threshold_->load(std::memory_order_relaxed));
  }
  // Tells the others what this one knows.
  void share_threshold() {
    const double own = keeper.threshold();
    double seen = threshold_->load(std::memory_order_relaxed);
    while (seen < own && !threshold_->compare_exchange_weak(seen, own, std::memory_order_relaxed)) {
    }
  }
  void count_good(std::int64_t strategies) {
    tally.total += strategies;
    tally.good += strategies;
  }

 private:
  std::atomic<double>* threshold_;
};

}  // namespace calculon
