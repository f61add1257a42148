#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "calculon/search/stat_rule.h"
#include "calculon/search/strategy_space.h"
#include "calculon/search/tally.h"
#include "calculon/statistics/stats.h"

namespace calculon {

// What a search is asked and what it answers. All of these are values, which threads may read at
// the same time.

// What to look for in a space, and how.
struct SearchOptions {
  int threads = 1;
  std::size_t top_n = 1;
  bool break_microbatches = false;  // -m: larger microbatches end with the first one that fails
  bool exhaustive = false;          // evaluate even what cannot enter the top list
  StatOrder rank_by;                // what is best; sample rate by default
  // Of what is equally good, the least of this comes first; null: the first in enumeration order.
  const Field<Stats>* least_first = nullptr;
  // Boundaries between bins of the score, ascending: how many fall into each is counted.
  std::vector<double> bin_edges;
  std::vector<StatFilter> where;  // keep only what satisfies all
  std::vector<StatOrder> pareto;  // if any: keep the non-dominated set, not the top list
};

struct RankedStrategy {
  std::int64_t index = 0;  // in the space
  Strategy strategy;
  Stats stats;
};

struct SearchResult {
  Tally tally;            // of all strategies
  std::int64_t kept = 0;  // good ones that satisfy `where`
  // Of these, how many were counted only, since their time could be told to be too long. Depends
  // on the number of threads, unlike all else; 0 if the search was exhaustive.
  std::int64_t skipped = 0;
  std::vector<RankedStrategy> best;      // best first
  double worst_score = 0;                // of the kept ones, if the search was exhaustive
  std::vector<std::int64_t> bin_counts;  // one more than edges; a score on an edge is above it
  bool interrupted = false;
};

// One of many searches. What it refers to has to outlive the search; tasks of one model (the same
// object) share block profiles, as far as their systems are alike.
struct SearchTask {
  const Transformer& transformer;
  const System& system;
  const StrategySpace& space;
  const SearchOptions& options;  // of which `threads` does not count
};

// What a search shows while it runs; called about ten times a second.
using Progress = std::function<void(std::int64_t counted)>;

}  // namespace calculon
