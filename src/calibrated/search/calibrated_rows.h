#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrated/search/calibrated_search.h"

namespace calculon {

// Every good execution of a space, in the order of enumeration, as text: made by all threads, in
// pieces, and handed on in order.
struct CalibratedRowOptions {
  int threads = 1;
  std::vector<CalibratedFilter> where;  // only rows that satisfy all
  // Adds a row to a piece, on any thread. Statistics are without those of single stages.
  std::function<void(std::string&, const CalibratedExecution&, const CalibratedStats&)> append;
  std::function<std::string(std::string)> finish;  // the text of a whole piece, as it is written
  std::function<void(std::string_view)> write;     // in order, one call at a time
};

struct CalibratedRowResult {
  RuleTally tally;  // of all executions, also of those that `where` leaves out
  std::int64_t rows = 0;
  bool interrupted = false;  // what was written are the first rows of the result
};

// Throws InputError as search_calibrated() does, and what `write` throws.
CalibratedRowResult stream_calibrated_rows(const Transformer& model, const System& system,
                                           const CalibratedSpace& space,
                                           const CalibratedRowOptions& options,
                                           const std::atomic<bool>& stop, const Progress& progress);

}  // namespace calculon
