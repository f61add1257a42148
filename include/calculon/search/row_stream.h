#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "calculon/search/row_writer.h"
#include "calculon/search/search_types.h"
#include "calculon/search/stat_rule.h"
#include "calculon/search/strategy_space.h"
#include "calculon/search/tally.h"

namespace calculon {

// Every good strategy of a space, in the order of enumeration, as text: made by all threads, in
// pieces, and handed on in order. Memory stays bounded however many rows there are, since a thread
// that gets too far ahead of what is written waits.

struct RowStreamOptions {
  int threads = 1;                                          // at least 1
  std::vector<StatFilter> where;                            // only rows that satisfy all
  std::function<std::unique_ptr<RowWriter>()> make_writer;  // called once on each thread
  // Takes the text of a piece: in order and one call at a time, but on any of the threads.
  std::function<void(std::string_view)> write;
};

struct RowStreamResult {
  Tally tally;  // of all strategies, also of those that `where` leaves out
  std::int64_t rows = 0;
  bool interrupted = false;  // what was written are the first rows of the result
};

// Streams the rows until the end of the space or until `stop` is set, which another thread or a
// signal handler may do. Throws InputError as search() does, and what `write` throws, after all
// threads have ended.
RowStreamResult stream_rows(const Transformer& transformer, const System& system,
                            const StrategySpace& space, const RowStreamOptions& options,
                            const std::atomic<bool>& stop, const Progress& progress);

}  // namespace calculon
