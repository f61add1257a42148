#include "calculon/search/row_stream.h"

#include <mutex>

#include "calculon/base/parallel.h"
#include "search/degrees.h"
#include "search/ordered_output.h"
#include "search/row_maker.h"

namespace calculon {
namespace {

constexpr int kWatchMilliseconds = 100;

}  // namespace

RowStreamResult stream_rows(const Transformer& transformer, const System& system,
                            const StrategySpace& space, const RowStreamOptions& options,
                            const std::atomic<bool>& stop, const Progress& progress) {
  require_datatype(system, space.datatype());
  const std::vector<SettingRange> pieces = setting_ranges(space.degrees());
  const auto num_pieces = static_cast<std::int64_t>(pieces.size());
  OrderedOutput output(options.write, options.threads);
  std::atomic<std::int64_t> counted{0};
  RowStreamResult result;
  std::mutex merging;
  const auto work = [&](int, const StopToken& token) {
    RowMaker maker(transformer, system, space, options.where, options.make_writer(), token);
    for (std::int64_t piece = output.take(token); piece < num_pieces && !token;
         piece = output.take(token)) {
      const std::int64_t before = maker.tally().total;
      const auto sink = [&](const std::string& part) {
        return output.put_part(piece, part, token);
      };
      auto text = maker.make(pieces[static_cast<std::size_t>(piece)], sink);
      if (text) {  // else nothing may stand behind what is missing
        output.put(piece, std::move(*text));
      }
      counted.fetch_add(maker.tally().total - before, std::memory_order_relaxed);
    }
    const std::lock_guard lock(merging);
    result.tally.merge(maker.tally());
    result.rows += maker.rows();
  };
  run_threads(options.threads, work, stop, kWatchMilliseconds,
              [&] { progress(counted.load(std::memory_order_relaxed)); });
  result.interrupted = stop;
  return result;
}

}  // namespace calculon
