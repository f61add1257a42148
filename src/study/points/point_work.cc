#include "study/points/point_work.h"

#include <algorithm>
#include <map>

#include "calculon/base/files.h"
#include "calculon/base/parallel.h"
#include "calculon/model/evaluate.h"
#include "calculon/search/row_stream.h"
#include "text/csv_report.h"

namespace calculon {
namespace {

void prepare(const Study& study, PointWork& work) {
  try {
    const Point point = study.point(work.index);
    work.labels = point.labels;
    PointTask task = read_point(point.inputs);
    work.transformer = std::make_shared<const Transformer>(std::move(task.transformer));
    work.system = std::make_shared<const System>(std::move(task.system));
    work.search = std::move(task.search);
    work.execution = std::move(task.execution);
  } catch (const InputError& error) {
    if (work.labels.empty()) {
      work.labels = study.labels(work.index);
    }
    work.error = error.what();
  }
}

// Points of equal models and systems get the same objects, by which a search knows them.
void share_inputs(const std::vector<PointEntry>& entries, std::vector<PointWork>& works) {
  std::map<Hash128, std::shared_ptr<const Transformer>> models;
  std::map<Hash128, std::shared_ptr<const System>> systems;
  for (PointWork& work : works) {
    if (work.error.empty()) {
      const PointEntry& entry = entries[work.index];
      work.transformer = models.emplace(entry.model, work.transformer).first->second;
      work.system = systems.emplace(entry.system, work.system).first->second;
    }
  }
}

void begin(PointWork& work) {
  if (!work.error.empty()) {
    return;
  }
  try {
    if (work.execution) {
      work.outcome = evaluate(*work.transformer, *work.system, *work.execution);
      return;
    }
    for (const SpaceOptions& space : work.search->spaces) {
      work.pieces.push_back(
          {std::make_unique<StrategySpace>(*work.transformer, *work.system, space),
           work.search->options,
           {}});
      if (work.search->keep == Keep::kSummary) {
        SearchOptions& options = work.pieces.back().options;
        options.exhaustive = true;
        options.top_n = std::max(options.top_n, kTopOfSummary);
      }
    }
  } catch (const InputError& error) {
    work.error = error.what();
  }
}

void search_pieces(const std::vector<PointWork*>& works, int threads, std::atomic<bool>& stop,
                   const Progress& progress) {
  std::vector<Piece*> pieces;
  std::vector<SearchTask> tasks;
  for (PointWork* work : works) {
    if (work->error.empty()) {
      for (Piece& piece : work->pieces) {
        pieces.push_back(&piece);
        tasks.push_back({*work->transformer, *work->system, *piece.space, piece.options});
      }
    }
  }
  if (tasks.empty()) {
    return;
  }
  std::vector<SearchResult> results = search_all(tasks, threads, stop, progress);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i]->result = std::move(results[i]);
  }
}

// Together; if one of them turns out to be invalid, each alone.
void search_works(std::vector<PointWork*> works, int threads, std::atomic<bool>& stop,
                  const Progress& progress) {
  try {
    search_pieces(works, threads, stop, progress);
    return;
  } catch (const InputError& error) {
    stop = false;  // it was set for the other threads to see
    if (works.size() == 1) {
      works.front()->error = error.what();
      return;
    }
  }
  for (PointWork* work : works) {
    search_works({work}, threads, stop, progress);
  }
}

// Bins need the extremes, so that a summary takes a second pass.
void count_bins(std::vector<PointWork>& works, int threads, std::atomic<bool>& stop) {
  std::vector<PointWork*> counted;
  std::vector<std::vector<SearchResult>> first_results;
  for (PointWork& work : works) {
    const bool summary = work.search && work.search->keep == Keep::kSummary;
    if (!summary || !work.error.empty() || kept_by(work) == 0) {
      continue;
    }
    const ScoreRange range = score_range(work);
    counted.push_back(&work);
    first_results.emplace_back();
    for (Piece& piece : work.pieces) {
      for (int i = 1; i < kBinsOfSummary; ++i) {
        piece.options.bin_edges.push_back(bin_edge(range, i));
      }
      first_results.back().push_back(piece.result);
    }
  }
  if (counted.empty() || stop) {
    return;
  }
  search_works(counted, threads, stop, [](std::int64_t) {});
  for (std::size_t w = 0; w < counted.size(); ++w) {
    for (std::size_t p = 0; p < counted[w]->pieces.size(); ++p) {
      SearchResult& result = counted[w]->pieces[p].result;
      first_results[w][p].bin_counts = result.bin_counts;
      first_results[w][p].interrupted = result.interrupted;
      result = std::move(first_results[w][p]);
    }
  }
}

// Every good execution of a point, in a file called after its id.
void write_rows(PointWork& work, const PointEntry& entry, const ComputeOptions& options,
                std::atomic<bool>& stop) {
  const Preset preset = work.pieces.front().space->preset();
  const CsvColumns columns = CsvColumns::all(preset);
  OutputFile file(options.rows_folder + "/rows-" + entry.id.hex() + ".csv.gz");
  file.write(columns.header() + "\n");
  RowStreamOptions stream;
  stream.threads = options.threads;
  stream.where = work.search->options.where;
  stream.make_writer = [&] { return std::make_unique<CsvRowWriter>(columns, true); };
  stream.write = [&](std::string_view text) { file.write_packed(text); };
  const RowStreamResult result =
      stream_rows(*work.transformer, *work.system, *work.pieces.front().space, stream, stop,
                  [](std::int64_t) {});
  work.cut_short = result.interrupted;
  if (!result.interrupted) {
    file.commit();
  }
}

}  // namespace

std::int64_t kept_by(const PointWork& work) {
  std::int64_t kept = 0;
  for (const Piece& piece : work.pieces) {
    kept += piece.result.kept;
  }
  return kept;
}

ScoreRange score_range(const PointWork& work) {
  ScoreRange range{0, 0};
  bool first = true;
  for (const Piece& piece : work.pieces) {
    if (piece.result.kept == 0) {
      continue;
    }
    const double best = piece.options.rank_by.score(piece.result.best.front().stats);
    range.worst =
        first ? piece.result.worst_score : std::min(range.worst, piece.result.worst_score);
    range.best = first ? best : std::max(range.best, best);
    first = false;
  }
  return range;
}

double bin_edge(const ScoreRange& range, int i) {
  return i == kBinsOfSummary ? range.best
                             : range.worst + i * ((range.best - range.worst) / kBinsOfSummary);
}

// The best of all pieces, best first.
std::vector<const RankedStrategy*> ranked(const PointWork& work, std::size_t count) {
  std::vector<const RankedStrategy*> best;
  for (const Piece& piece : work.pieces) {
    for (const RankedStrategy& each : piece.result.best) {
      best.push_back(&each);
    }
  }
  const SearchOptions& options = work.search->options;
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
                                     const ComputeOptions& options, std::atomic<bool>& stop,
                                     const Progress& progress) {
  std::vector<PointWork> works(indices.size());
  parallel_for(works.size(), options.threads, [&](std::size_t i) {
    works[i].index = indices[i];
    prepare(study, works[i]);
  });
  share_inputs(entries, works);
  parallel_for(works.size(), options.threads, [&](std::size_t i) { begin(works[i]); });
  std::vector<PointWork*> searches;
  for (PointWork& work : works) {
    searches.push_back(&work);
  }
  search_works(searches, options.threads, stop, progress);
  count_bins(works, options.threads, stop);
  for (PointWork& work : works) {
    for (const Piece& piece : work.pieces) {
      work.cut_short = work.cut_short || piece.result.interrupted;
    }
    if (work.search && work.search->keep == Keep::kAll && work.error.empty() && !work.cut_short) {
      write_rows(work, entries[work.index], options, stop);
    }
  }
  return works;
}

}  // namespace calculon
