#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "calculon/search/search_types.h"

namespace calculon {

// A search over a strategy space: every strategy is counted and classified, the best are kept.
// There are two engines with one result:
//
//   search         walks the space inside out, so that what many strategies share is worked out
//                  once, and times only what can still be among the best; knows the published
//                  model from the inside
//   plain_search   evaluates every strategy by itself, in the order of enumeration; serves every
//                  preset, and is what tests hold the other against; many times slower
//
// Results do not depend on the number of threads. `stop` may be set by another thread or a signal
// handler at any time: the search ends soon, and its result says that it was interrupted.
// `progress` is called on the calling thread. All throw InputError if the system cannot evaluate
// the space's datatype (before anything is evaluated), or if a curve of the system does not cover a
// size.

// Searches until the end of the space.
SearchResult search(const Transformer& transformer, const System& system,
                    const StrategySpace& space, const SearchOptions& options,
                    const std::atomic<bool>& stop, const Progress& progress);

// All of these at once, on one set of threads: the results are those of searching one by one, in
// the order of the tasks. When stopped, the results of unfinished tasks say so.
std::vector<SearchResult> search_all(std::span<const SearchTask> tasks, int threads,
                                     const std::atomic<bool>& stop, const Progress& progress);

// The same as search(), the plain way. `exhaustive` makes no difference.
SearchResult plain_search(const SearchTask& task, int threads, const std::atomic<bool>& stop,
                          const Progress& progress);

}  // namespace calculon
