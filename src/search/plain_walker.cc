#include "search/plain_walker.h"

#include "calculon/strategy/placement.h"
#include "search/search_plan.h"

namespace calculon {

PlainWalker::PlainWalker(const SearchTask& task, const StopToken& stop)
    : task_(task), stop_(stop), evaluator_(task.transformer, task.system), keeper_(task.options) {}

bool PlainWalker::walk(const SettingRange& range) {
  const Degrees& degrees = task_.space.degrees()[range.degrees];
  const Interleaving& interleaving = degrees.interleavings[range.interleaving];
  for (std::size_t s = range.first_setting; s < range.last_setting; ++s) {
    for (std::size_t m = 0; m < degrees.microbatches.size(); ++m) {
      if (stop_) {
        return false;
      }
      const std::int64_t first = degrees.index(interleaving, s, m, 0);
      const bool any_good = walk_placements(first, degrees.num_placements);
      if (task_.options.break_microbatches && !any_good) {
        break;
      }
    }
  }
  return !stop_;
}

// Returns whether any of these strategies is good.
bool PlainWalker::walk_placements(std::int64_t first, std::int64_t count) {
  bool any_good = false;
  for (std::int64_t index = first; index < first + count && !stop_; ++index) {
    const Outcome<Stats> stats = answer(task_.space.at(index));
    if (stats) {
      ++tally_.total;
      ++tally_.good;
      keeper_.offer(*stats, index);
      any_good = true;
    } else {
      tally_.reject(stats.error(), 1, index);
    }
  }
  return any_good;
}

Outcome<Stats> PlainWalker::answer(const Strategy& strategy) {
  if (const auto infeasible = check_tiers(strategy, task_.system)) {
    return *infeasible;
  }
  if (const auto infeasible = check_before_profile(task_.transformer, strategy)) {
    return *infeasible;
  }
  return evaluator_.answer(strategy);
}

}  // namespace calculon
