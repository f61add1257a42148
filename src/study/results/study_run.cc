#include "study/results/study_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "calculon/base/input_error.h"
#include "search/system_parts.h"
#include "study/points/calibrated_point.h"
#include "study/points/record.h"
#include "study/results/result_log.h"
#include "study/results/study_lock.h"

namespace calculon {
namespace {

// A batch is about a second of work: that much is lost with a crash, and its points share block
// profiles. It is not so many points that what each thread knows of each gets large.
constexpr std::int64_t kBatchStrategiesPerThread = 60'000'000;
constexpr std::size_t kBatchPointsPerThread = 1000;

std::int64_t cost_of(const PointEntry& point) {
  return std::max<std::int64_t>(1, point.strategies);
}

// In published strategies, of which most are only counted.
std::int64_t work_of(const PointEntry& point) {
  return cost_of(point) * (is_calibrated(point.task) ? kWorkOfCalibrated : 1);
}

// In the order of computing: points that can share block profiles together, those with most work
// first, and of these the ones whose systems are most alike beside each other.
void order_by_work(const std::vector<PointEntry>& points, std::vector<std::size_t>& indices) {
  struct Key {
    std::int64_t group_work;  // negative, so that the most comes first, as the next
    std::int64_t work;
    const PointEntry* point;
    const PartNumbers* parts;  // of its system; empty if it has none
    std::size_t index;
  };
  SystemParts parts;
  std::map<const System*, PartNumbers> numbers;
  std::map<std::pair<Hash128, std::size_t>, std::int64_t> group_work;  // by model and processor
  std::vector<Key> keys;
  keys.reserve(indices.size());
  for (const std::size_t i : indices) {
    const System* system = points[i].task.system.get();
    const auto [known, is_new] = numbers.try_emplace(system);
    if (is_new && system) {
      known->second = parts.number(*system).parts;
    }
    keys.push_back({0, -work_of(points[i]), &points[i], &known->second, i});
    group_work[{points[i].model, known->second.processor}] += keys.back().work;
  }
  for (Key& key : keys) {
    key.group_work = group_work.at({key.point->model, key.parts->processor});
  }
  const auto place = [](const Key& key) {  // parts begin with the processor
    return std::tie(key.group_work, key.point->model, *key.parts, key.point->system, key.work,
                    key.point->id, key.index);
  };
  std::sort(keys.begin(), keys.end(),
            [&](const Key& a, const Key& b) { return place(a) < place(b); });
  std::transform(keys.begin(), keys.end(), indices.begin(),
                 [](const Key& key) { return key.index; });
}

std::size_t batch_end(const std::vector<PointEntry>& points,
                      const std::vector<std::size_t>& indices, std::size_t begin, int threads) {
  const std::int64_t most_strategies = kBatchStrategiesPerThread * threads;
  const std::size_t most_points = kBatchPointsPerThread * static_cast<std::size_t>(threads);
  std::int64_t strategies = 0;
  std::size_t end = begin;
  while (end < indices.size() && end - begin < most_points && strategies < most_strategies) {
    strategies += work_of(points[indices[end++]]);
  }
  return end;
}

Watch watch_of(const std::atomic<bool>& stop) {
  return {stop, [](std::string_view, std::size_t, std::size_t) {}};
}

// Tells what is damaged of the results, and takes it out of this shard's own file.
void mend_results(const ResultIndex& index, const StudyRunOptions& options, const Watch& watch) {
  for (const std::string& damage : index.damage()) {
    options.tell(damage + ", and computed again");
  }
  if (index.damaged() > index.damage().size()) {
    options.tell(fmt::format("{} more lines are damaged, and computed again",
                             index.damaged() - index.damage().size()));
  }
  const std::string own = results_path(options.folder, options.shard);
  const auto& files = index.damaged_files();
  if (std::find(files.begin(), files.end(), own) != files.end()) {
    take_out_damaged_lines(own, damaged_path(options.folder, options.shard), watch);
  }
}

// What is missing of a shard, in the order of computing.
std::vector<std::size_t> missing_of_shard(const LoadedStudy& loaded, const StudyRunOptions& options,
                                          const ResultIndex& index, StudyRunResult& result) {
  std::vector<std::size_t> missing = deal_points(
      loaded.points, options.shard.count)[static_cast<std::size_t>(options.shard.index)];
  result.points = missing.size();
  std::erase_if(missing, [&](std::size_t i) { return index.has(loaded.points[i].id); });
  result.done = result.points - missing.size();
  order_by_work(loaded.points, missing);
  return missing;
}

// Computes points batch by batch and appends each batch to the log.
void compute_batches(const LoadedStudy& loaded, const std::vector<std::size_t>& missing,
                     const StudyRunOptions& options, const std::atomic<bool>& stop,
                     const std::function<void(const StudyProgress&)>& progress, ResultLog& log,
                     StudyRunResult& result) {
  const auto& points = loaded.points;
  StudyProgress at{0, missing.size(), 0, 0, 0};
  for (const std::size_t i : missing) {
    at.all_strategies += cost_of(points[i]);
  }
  const ComputeOptions compute{options.threads, options.folder};
  for (std::size_t begin = 0; begin < missing.size() && !stop;) {
    const std::size_t end = batch_end(points, missing, begin, options.threads);
    const std::span<const std::size_t> batch(missing.data() + begin, end - begin);
    const auto lines =
        compute_points(*loaded.study, batch, points, compute, stop, [&](std::int64_t counted) {
          StudyProgress now = at;
          now.strategies += counted;
          progress(now);
        });
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!lines[i].text.empty()) {
        text += lines[i].text + "\n";
        ++result.computed;
        at.strategies += cost_of(points[batch[i]]);
        at.best = std::max(at.best, lines[i].best_rate);
      }
    }
    log.append(text);
    at.points = result.computed;
    progress(at);
    begin = end;
  }
  result.strategies = at.strategies;
}

}  // namespace

StudyRunResult run_study(const LoadedStudy& loaded, const StudyRunOptions& options,
                         const std::atomic<bool>& stop,
                         const std::function<void(const StudyProgress&)>& progress) {
  StudyRunResult result;
  std::optional<StudyLock> lock;
  if (options.lock) {
    lock.emplace(lock_path(options.folder, options.shard));
    if (!lock->held()) {
      result.busy = lock->holder().empty() ? "another process" : lock->holder();
      return result;
    }
  }
  clear_left_behind(options.folder);
  std::vector<std::size_t> missing;
  {
    const Watch watch = watch_of(stop);
    const ResultIndex index({options.folder}, watch);  // what others write may end in the middle
    mend_results(index, options, watch);
    missing = missing_of_shard(loaded, options, index, result);
  }
  watch_of(stop).check();
  const std::string path = results_path(options.folder, options.shard);
  ResultLog log(path);
  if (log.dropped_bytes() > 0) {
    options.tell(fmt::format("{}: the last line was torn and is computed again", path));
  }
  const auto start = std::chrono::steady_clock::now();
  compute_batches(loaded, missing, options, stop, progress, log, result);
  log.sync();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.interrupted = stop;
  return result;
}

}  // namespace calculon
