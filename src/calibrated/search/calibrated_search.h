#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/search/search_types.h"
#include "calculon/search/stat_rule.h"
#include "calibrated/search/calibrated_space.h"
#include "calibrated/search/calibrated_statistic.h"
#include "calibrated/search/rule_tally.h"

namespace calculon {

// Rules about statistics of the calibrated methodology by their dotted names.
struct CalibratedOrder {
  const CalibratedStatistic* statistic = &calibrated_statistic("sample_rate");

  double score(const CalibratedStats& stats) const {
    return score_of(statistic->of(stats), larger_is_better(statistic->unit));
  }
};
struct CalibratedFilter {
  const CalibratedStatistic* statistic;
  Condition condition;
  // Of "memory.verdict==fits" and the like, which compare words.
  std::optional<MemoryVerdict> verdict = {};

  bool accepts(const CalibratedStats& stats) const {
    if (verdict) {
      return (stats.memory.verdict == *verdict) ==
             (condition.comparison == Condition::Comparison::kEqual);
    }
    return condition.holds(statistic->of(stats));
  }
};
// Throw InputError.
CalibratedOrder parse_calibrated_order(std::string_view text);
CalibratedFilter parse_calibrated_filter(std::string_view text);

bool all_accept(const std::vector<CalibratedFilter>& where, const CalibratedStats& stats);

// How often progress is told.
inline constexpr int kSearchWatchMilliseconds = 100;

struct CalibratedSearchOptions {
  int threads = 1;
  std::size_t top_n = 1;
  CalibratedOrder rank_by;
  std::vector<CalibratedFilter> where;  // keep only what satisfies all
  std::vector<CalibratedOrder> pareto;  // if any: keep the non-dominated set, not the top list
};

struct RankedExecution {
  std::int64_t index = 0;  // in the space
  CalibratedExecution execution;
  CalibratedStats stats;
};

struct CalibratedSearchResult {
  RuleTally tally;
  std::int64_t kept = 0;              // good ones that satisfy `where`
  std::vector<RankedExecution> best;  // best first
  bool interrupted = false;
};

// Tries every execution of a space. Results do not depend on the number of threads; of equally good
// ones the first in the order of enumeration comes first. `stop` may be set by another thread or a
// signal handler; `progress` is called on the calling thread. Throws InputError by rules KC21 and
// KC22.
CalibratedSearchResult search_calibrated(const Transformer& model, const System& system,
                                         const CalibratedSpace& space,
                                         const CalibratedSearchOptions& options,
                                         const std::atomic<bool>& stop, const Progress& progress);

}  // namespace calculon
