#include "calibrated/search/calibrated_rows.h"

#include <mutex>

#include "calculon/base/parallel.h"
#include "calibrated/search/calibrated_walker.h"
#include "search/ordered_output.h"

namespace calculon {
namespace {

// One thread's rows.
struct RowPiece {
  const CalibratedRowOptions& options;
  CalibratedStats stats;
  std::string text;
  std::int64_t rows = 0;

  void add(const CalibratedWalker& walker, const WalkedExecution& walked) {
    walker.set_stats(stats, walked);
    if (all_accept(options.where, stats)) {
      ++rows;
      options.append(text, walked.execution, stats);
    }
  }
};

}  // namespace

CalibratedRowResult stream_calibrated_rows(const Transformer& model, const System& system,
                                           const CalibratedSpace& space,
                                           const CalibratedRowOptions& options,
                                           const std::atomic<bool>& stop,
                                           const Progress& progress) {
  const auto pieces = static_cast<std::int64_t>(space.degrees().size());
  OrderedOutput output(options.write, options.threads);
  std::atomic<std::int64_t> counted{0};
  std::mutex merging;
  CalibratedRowResult result;
  const auto work = [&](int, const StopToken& token) {
    CalibratedWalker walker(model, system, space);
    RowPiece piece{options, {}, {}};
    RuleTally tally;
    for (std::int64_t i = output.take(token); i < pieces && !token; i = output.take(token)) {
      const CalibratedDegrees& degrees = space.degrees()[static_cast<std::size_t>(i)];
      piece.text.clear();
      walker.walk(degrees, tally,
                  [&](const WalkedExecution& walked) { piece.add(walker, walked); });
      output.put(i, options.finish(std::move(piece.text)));
      counted.fetch_add(space.size_of(degrees), std::memory_order_relaxed);
    }
    const std::lock_guard lock(merging);
    result.tally.merge(tally);
    result.rows += piece.rows;
  };
  run_threads(options.threads, work, stop, kSearchWatchMilliseconds,
              [&] { progress(counted.load(std::memory_order_relaxed)); });
  result.interrupted = result.tally.total() != space.size();
  return result;
}

}  // namespace calculon
