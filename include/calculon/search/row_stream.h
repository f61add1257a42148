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
// pieces, and handed on in order. Memory stays bounded however many rows there are.

struct RowStreamOptions {
  int threads = 1;
  std::vector<StatFilter> where;  // only rows that satisfy all
  std::function<std::unique_ptr<RowWriter>()> make_writer;
  std::function<void(std::string_view)> write;  // in order, one call at a time
};

struct RowStreamResult {
  Tally tally;
  std::int64_t rows = 0;
  bool interrupted = false;  // what was written are the first rows of the result
};

// Throws what `write` throws, after all threads have ended.
RowStreamResult stream_rows(const Transformer& transformer, const System& system,
                            const StrategySpace& space, const RowStreamOptions& options,
                            const std::atomic<bool>& stop, const Progress& progress);

}  // namespace calculon
