#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/search/search.h"
#include "calculon/search/stat_rule.h"
#include "calculon/search/strategy_space.h"
#include "calculon/search/tally.h"

namespace calculon {

// Every good strategy of a space, in the order of enumeration, as text: made by all threads, in
// pieces, and handed on in order. Memory stays bounded however many rows there are.

// Makes the text of rows. One per thread; the rows of a piece come one after the other.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void append(std::string& text, const Strategy& strategy, const Stats& stats) = 0;
  // The finished text of a piece, compressed for example; runs on the thread that made it.
  virtual std::string finish(std::string text) { return text; }
};

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
