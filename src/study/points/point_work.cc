#include "study/points/point_work.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "base/finite.h"
#include "calculon/base/files.h"
#include "calculon/base/parallel.h"
#include "calculon/model/evaluate.h"
#include "calculon/search/row_stream.h"
#include "search/free_setting_lists.h"
#include "study/points/calibrated_point.h"
#include "study/points/folder_file.h"
#include "text/csv_report.h"
#include "text/distribution.h"

namespace calculon {
namespace {

// Spaces that several points of a batch have, each built once.
class SharedSpaces {
 public:
  using Spaces = std::vector<std::shared_ptr<const StrategySpace>>;

  // One for each of the search's. May be called from many threads.
  Spaces of(const PointTask& task) {
    const SpaceKey key = space_key(task);
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = spaces_.find(key); known != spaces_.end()) {
        return known->second;
      }
    }
    Spaces spaces;
    for (const SpaceOptions& options : task.search->spaces) {
      spaces.push_back(
          std::make_shared<const StrategySpace>(*task.transformer, *task.system, options, &lists_));
    }
    const std::lock_guard lock(mutex_);
    return spaces_.emplace(key, std::move(spaces)).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<SpaceKey, Spaces> spaces_;
  FreeSettingLists lists_;
};

bool keeps_summary(const PointWork& work) {
  return work.task.search && work.task.search->keep == Keep::kSummary;
}

void begin(const PointEntry& entry, SharedSpaces& spaces, PointWork& work) {
  if (entry.error) {
    work.error = *entry.error;
    return;
  }
  if (entry.refusal) {
    work.refusal = entry.refusal;
    return;
  }
  work.task = entry.task;
  try {
    if (is_calibrated(work.task)) {
      if (work.task.execution) {
        work.calibrated = evaluate_calibrated_point(work.task);
      }
      return;
    }
    if (work.task.execution) {
      work.outcome = evaluate(*work.task.transformer, *work.task.system,
                              std::get<StrategyFile>(*work.task.execution));
      return;
    }
    for (const auto& space : spaces.of(work.task)) {
      work.searches.push_back({space, work.task.search->options, {}});
      if (keeps_summary(work)) {
        SearchOptions& options = work.searches.back().options;
        options.exhaustive = true;
        options.top_n = std::max(options.top_n, Distribution::kTop);
      }
    }
  } catch (const InputError& error) {
    work.error = error.what();
  }
}

void search_together(const std::vector<PointWork*>& works, int threads,
                     const std::atomic<bool>& stop, const Progress& progress) {
  std::vector<SpaceSearch*> searches;
  std::vector<SearchTask> tasks;
  for (PointWork* work : works) {
    if (work->error.empty()) {
      for (SpaceSearch& search : work->searches) {
        searches.push_back(&search);
        tasks.push_back(
            {*work->task.transformer, *work->task.system, *search.space, search.options});
      }
    }
  }
  if (tasks.empty()) {
    return;
  }
  std::vector<SearchResult> results = search_all(tasks, threads, stop, progress);
  for (std::size_t i = 0; i < searches.size(); ++i) {
    searches[i]->result = std::move(results[i]);
  }
}

// Together; if one of them turns out to be invalid, each alone.
void search_works(std::vector<PointWork*> works, int threads, const std::atomic<bool>& stop,
                  const Progress& progress) {
  try {
    search_together(works, threads, stop, progress);
    return;
  } catch (const InputError& error) {
    if (works.size() == 1) {
      works.front()->error = error.what();
      return;
    }
  }
  for (PointWork* work : works) {
    search_works({work}, threads, stop, progress);
  }
}

// Those of the calibrated model: small ones side by side, a large one by all threads. `progress` is
// told how many executions were counted.
void search_calibrated_works(const std::vector<PointWork*>& works, int threads,
                             const std::atomic<bool>& stop, const Progress& progress) {
  if (works.empty()) {
    return;
  }
  const int workers = static_cast<int>(std::min<std::size_t>(works.size(), threads));
  std::atomic<std::size_t> next{0};
  std::atomic<std::int64_t> counted{0};
  const auto work_on = [&](int, const StopToken& token) {
    for (std::size_t i = next++; i < works.size() && !token; i = next++) {
      PointWork& work = *works[i];
      std::int64_t before = 0;
      try {
        work.calibrated =
            search_calibrated_point(work.task, threads / workers, stop, [&](std::int64_t now) {
              counted += now - before;
              before = now;
            });
      } catch (const InputError& error) {
        work.error = error.what();
      }
    }
  };
  run_threads(workers, work_on, stop, kSearchWatchMilliseconds, [&] { progress(counted); });
}

// Bins need the extremes, so that a summary takes a second pass.
void count_bins(std::vector<PointWork>& works, int threads, const std::atomic<bool>& stop) {
  std::vector<PointWork*> counted;
  std::vector<std::vector<SearchResult>> first_results;
  for (PointWork& work : works) {
    if (!keeps_summary(work) || !work.error.empty() || kept_by(work) == 0) {
      continue;
    }
    const ScoreRange range = score_range(work);
    if (!std::isfinite(range.best - range.worst)) {  // no bins lie between
      work.error = out_of_range_text(work.task.search->options.rank_by.field->name);
      continue;
    }
    counted.push_back(&work);
    first_results.emplace_back();
    for (SpaceSearch& search : work.searches) {
      for (std::size_t i = 1; i < Distribution::kBins; ++i) {
        search.options.bin_edges.push_back(bin_edge(range, i));
      }
      first_results.back().push_back(search.result);
    }
  }
  if (stop) {
    for (PointWork* work : counted) {
      work->cut_short = true;  // its bins are missing
    }
    return;
  }
  search_works(counted, threads, stop, [](std::int64_t) {});
  for (std::size_t w = 0; w < counted.size(); ++w) {
    for (std::size_t s = 0; s < counted[w]->searches.size(); ++s) {
      SearchResult& result = counted[w]->searches[s].result;
      first_results[w][s].bin_counts = result.bin_counts;
      first_results[w][s].interrupted = result.interrupted;
      result = std::move(first_results[w][s]);
    }
  }
}

// Every good execution of a point, in a file called after its id.
void write_rows(PointWork& work, const PointEntry& entry, const ComputeOptions& options,
                const std::atomic<bool>& stop) {
  const Preset preset = work.searches.front().space->preset();
  const CsvColumns columns = CsvColumns::all(preset);
  const std::string path = options.rows_folder + "/rows-" + entry.id.hex() + ".csv.gz";
  require_regular_or_absent(path);
  OutputFile file(path, OutputFile::Owner::kProgram);
  file.write(columns.header() + "\n");
  RowStreamOptions stream;
  stream.threads = options.threads;
  stream.where = work.task.search->options.where;
  stream.make_writer = [&] { return std::make_unique<CsvRowWriter>(columns, true); };
  stream.write = [&](std::string_view text) { file.write_packed(text); };
  const RowStreamResult result =
      stream_rows(*work.task.transformer, *work.task.system, *work.searches.front().space, stream,
                  stop, [](std::int64_t) {});
  work.cut_short = result.interrupted;
  if (!result.interrupted) {
    file.commit();
  }
}

}  // namespace

std::int64_t kept_by(const PointWork& work) {
  std::int64_t kept = 0;
  for (const SpaceSearch& search : work.searches) {
    kept += search.result.kept;
  }
  return kept;
}

ScoreRange score_range(const PointWork& work) {
  ScoreRange range{0, 0};
  bool first = true;
  for (const SpaceSearch& search : work.searches) {
    if (search.result.best.empty()) {  // what was kept has no number, or nothing was
      continue;
    }
    const double best = search.options.rank_by.score(search.result.best.front().stats);
    range.worst =
        first ? search.result.worst_score : std::min(range.worst, search.result.worst_score);
    range.best = first ? best : std::max(range.best, best);
    first = false;
  }
  return range;
}

double bin_edge(const ScoreRange& range, std::size_t i) {
  constexpr double kBins = Distribution::kBins;
  return i == Distribution::kBins
             ? range.best
             : range.worst + static_cast<double>(i) * ((range.best - range.worst) / kBins);
}

std::vector<const RankedStrategy*> ranked(const PointWork& work, std::size_t count) {
  std::vector<const RankedStrategy*> best;
  for (const SpaceSearch& search : work.searches) {
    for (const RankedStrategy& each : search.result.best) {
      best.push_back(&each);
    }
  }
  const SearchOptions& options = work.task.search->options;
  const auto key = [&](const RankedStrategy* r) {
    const double tie = options.least_first ? r->stats.*options.least_first->member : 0;
    return std::pair(-options.rank_by.score(r->stats), tie);
  };
  std::stable_sort(best.begin(), best.end(),
                   [&](const auto* a, const auto* b) { return key(a) < key(b); });
  best.resize(std::min(best.size(), count));
  return best;
}

std::vector<PointWork> compute_works(const Study& study, std::span<const std::size_t> indices,
                                     const std::vector<PointEntry>& entries,
                                     const ComputeOptions& options, const std::atomic<bool>& stop,
                                     const Progress& progress) {
  std::vector<PointWork> works(indices.size());
  SharedSpaces spaces;
  parallel_for(works.size(), options.threads, [&](std::size_t i) {
    works[i].index = indices[i];
    works[i].labels = study.labels(indices[i]);
    begin(entries[indices[i]], spaces, works[i]);
  });
  std::vector<PointWork*> searches;
  std::vector<PointWork*> calibrated;
  for (PointWork& work : works) {
    const bool of_calibrated = work.error.empty() && work.task.search && is_calibrated(work.task);
    (of_calibrated ? calibrated : searches).push_back(&work);
  }
  std::int64_t published = 0;
  search_works(searches, options.threads, stop, [&](std::int64_t counted) {
    published = counted;
    progress(counted);
  });
  count_bins(works, options.threads, stop);
  search_calibrated_works(calibrated, options.threads, stop,
                          [&](std::int64_t counted) { progress(published + counted); });
  for (PointWork* work : calibrated) {
    work->cut_short = !work->calibrated ? work->error.empty() : work->calibrated->interrupted;
  }
  for (PointWork& work : works) {
    for (const SpaceSearch& search : work.searches) {
      work.cut_short = work.cut_short || search.result.interrupted;
    }
    if (work.task.search && work.task.search->keep == Keep::kAll && work.error.empty() &&
        !work.cut_short) {
      write_rows(work, entries[work.index], options, stop);
    }
  }
  return works;
}

}  // namespace calculon
