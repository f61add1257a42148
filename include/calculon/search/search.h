#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "calculon/search/search_types.h"

namespace calculon {

// A search over a strategy space: every strategy is counted and classified, the best are kept.
// Results do not depend on the number of threads.

// Searches until the end of the space or until `stop` is set. Throws InputError if the system
// cannot evaluate the space's datatype.
SearchResult search(const Transformer& transformer, const System& system,
                    const StrategySpace& space, const SearchOptions& options,
                    const std::atomic<bool>& stop, const Progress& progress);

// All of these at once, on one set of threads: the results are those of searching one by one. When
// stopped, the results of unfinished tasks say so.
std::vector<SearchResult> search_all(std::span<const SearchTask> tasks, int threads,
                                     const std::atomic<bool>& stop, const Progress& progress);

}  // namespace calculon
