// The slow engine. No command uses it yet; tests hold the fast one against it.
#include <atomic>
#include <mutex>

#include "calculon/base/parallel.h"
#include "calculon/search/search.h"
#include "search/plain_walker.h"
#include "search/search_plan.h"
#include "search/search_result.h"

namespace calculon {

SearchResult plain_search(const SearchTask& task, int threads, const std::atomic<bool>& stop,
                          const Progress& progress) {
  constexpr int kProgressMilliseconds = 100;
  require_datatype(task.system, task.space.datatype());
  const std::vector<SettingRange> ranges = setting_ranges(task.space.degrees());
  ChunkQueue queue(static_cast<std::int64_t>(ranges.size()), threads);
  std::atomic<std::int64_t> counted{0};
  std::atomic<std::size_t> ranges_left{ranges.size()};
  std::mutex merging;
  Tally tally;
  Keeper keeper(task.options);
  const auto work = [&](int, const StopToken& token) {
    PlainWalker walker(task, token);
    for (auto chunk = queue.next(); !chunk.empty() && !token; chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end; ++i) {
        const std::int64_t before = walker.tally().total;
        ranges_left -= walker.walk(ranges[static_cast<std::size_t>(i)]) ? 1 : 0;
        counted += walker.tally().total - before;
      }
    }
    const std::lock_guard lock(merging);
    tally.merge(walker.tally());
    keeper.merge(walker.keeper());
  };
  run_threads(threads, work, stop, kProgressMilliseconds, [&] { progress(counted); });
  return make_result(task, tally, keeper, ranges_left != 0);
}

}  // namespace calculon
