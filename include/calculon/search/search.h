#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "calculon/base/outcome.h"
#include "calculon/batch/stats.h"
#include "calculon/search/stat_rule.h"
#include "calculon/search/strategy_space.h"
#include "calculon/search/tally.h"

namespace calculon {

// A search over a strategy space: every strategy is counted and classified, the best are kept.
// Results do not depend on the number of threads.

struct SearchOptions {
  int threads = 1;
  std::size_t top_n = 1;
  bool break_microbatches = false;  // -m: larger microbatches end with the first one that fails
  bool exhaustive = false;          // evaluate even what cannot enter the top list
  StatOrder rank_by;                // what is best; sample rate by default
  std::vector<StatFilter> where;    // keep only what satisfies all
  std::vector<StatOrder> pareto;    // if any: keep the non-dominated set, not the top list
};

struct RankedStrategy {
  std::int64_t index = 0;  // in the space
  Strategy strategy;
  Stats stats;
};

struct SearchResult {
  Tally tally;
  std::int64_t kept = 0;  // good ones that satisfy `where`
  std::vector<RankedStrategy> best;
  bool interrupted = false;
};

// What a search shows while it runs; called about ten times a second.
using Progress = std::function<void(std::int64_t counted)>;

// Searches until the end of the space or until `stop` is set. Throws InputError if the system
// cannot evaluate the space's datatype.
SearchResult search(const Transformer& transformer, const System& system,
                    const StrategySpace& space, const SearchOptions& options,
                    std::atomic<bool>& stop, const Progress& progress);

}  // namespace calculon
