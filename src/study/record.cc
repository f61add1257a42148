#include "study/record.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "calculon/base/files.h"
#include "calculon/base/parallel.h"
#include "calculon/batch/evaluate.h"
#include "calculon/search/row_stream.h"
#include "report/csv_report.h"
#include "report/json_report.h"

namespace calculon {
namespace {

constexpr std::size_t kTopOfSummary = 100;
constexpr int kBins = 10;

// One space of a point; most points have one.
struct Piece {
  std::unique_ptr<StrategySpace> space;
  SearchOptions options;
  SearchResult result;
};

struct Work {
  std::size_t index = 0;  // in the study
  std::vector<Json> labels;
  std::shared_ptr<const Transformer> transformer;
  std::shared_ptr<const System> system;
  std::unique_ptr<SearchSpec> search;
  std::unique_ptr<StrategyFile> execution;
  std::deque<Piece> pieces;
  std::optional<Outcome<Stats>> outcome;  // of an execution
  std::string error;                      // why it is invalid
  bool cut_short = false;
};

// The search's infeasible reasons and whatever came closest to fitting.
struct Closest {
  const Tally::Rejections* rejections = nullptr;
  const StrategySpace* space = nullptr;
};

void prepare(const Study& study, Work& work) {
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
void share_inputs(const std::vector<PointEntry>& entries, std::vector<Work>& works) {
  std::map<Hash128, std::shared_ptr<const Transformer>> models;
  std::map<Hash128, std::shared_ptr<const System>> systems;
  for (Work& work : works) {
    if (work.error.empty()) {
      const PointEntry& entry = entries[work.index];
      work.transformer = models.emplace(entry.model, work.transformer).first->second;
      work.system = systems.emplace(entry.system, work.system).first->second;
    }
  }
}

void begin(Work& work) {
  if (!work.error.empty()) {
    return;
  }
  try {
    if (work.execution) {
      work.outcome = evaluate(*work.transformer, *work.system, *work.execution);
      return;
    }
    for (const SpaceOptions& space : work.search->spaces) {
      work.system->matrix_engine(space.datatype);
      work.system->vector_engine(space.datatype);
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

void search_pieces(const std::vector<Work*>& works, int threads, std::atomic<bool>& stop,
                   const Progress& progress) {
  std::vector<Piece*> pieces;
  std::vector<SearchTask> tasks;
  for (Work* work : works) {
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
void search_works(std::vector<Work*> works, int threads, std::atomic<bool>& stop,
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
  for (Work* work : works) {
    search_works({work}, threads, stop, progress);
  }
}

std::int64_t kept_by(const Work& work) {
  std::int64_t kept = 0;
  for (const Piece& piece : work.pieces) {
    kept += piece.result.kept;
  }
  return kept;
}

struct ScoreRange {
  double worst;
  double best;
};

ScoreRange score_range(const Work& work) {
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
  return i == kBins ? range.best : range.worst + i * ((range.best - range.worst) / kBins);
}

// Bins need the extremes, so that a summary takes a second pass.
void count_bins(std::vector<Work>& works, int threads, std::atomic<bool>& stop) {
  std::vector<Work*> counted;
  std::vector<std::vector<SearchResult>> first_results;
  for (Work& work : works) {
    const bool summary = work.search && work.search->keep == Keep::kSummary;
    if (!summary || !work.error.empty() || kept_by(work) == 0) {
      continue;
    }
    const ScoreRange range = score_range(work);
    counted.push_back(&work);
    first_results.emplace_back();
    for (Piece& piece : work.pieces) {
      for (int i = 1; i < kBins; ++i) {
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

// The best of all pieces, best first.
std::vector<const RankedStrategy*> ranked(const Work& work, std::size_t count) {
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

Json summary_json(const Work& work) {
  const StatOrder& order = work.search->options.rank_by;
  const double sign = order.larger_is_better() ? 1 : -1;
  const ScoreRange range = score_range(work);
  std::vector<std::int64_t> counts(kBins);
  for (const Piece& piece : work.pieces) {
    for (std::size_t i = 0; i < piece.result.bin_counts.size(); ++i) {
      counts[i] += piece.result.bin_counts[i];
    }
  }
  std::vector<double> edges;
  for (int i = 0; i <= kBins; ++i) {
    edges.push_back(sign * bin_edge(range, i));
  }
  if (sign < 0) {
    std::reverse(edges.begin(), edges.end());
    std::reverse(counts.begin(), counts.end());
  }
  Json top = Json::array();
  for (const RankedStrategy* each : ranked(work, kTopOfSummary)) {
    top.push_back(to_json(each->stats.*order.field->member));
  }
  Json json = {{"statistic", order.field->name},
               {"count", kept_by(work)},
               {"least", to_json(edges.front())},
               {"greatest", to_json(edges.back())},
               {"edges", Json::array()},
               {"counts", counts},
               {"top", top}};
  for (const double edge : edges) {
    json["edges"].push_back(to_json(edge));
  }
  return json;
}

Tally tally_of(const Work& work, Closest& closest) {
  Tally tally;
  for (const Piece& piece : work.pieces) {
    tally.merge(piece.result.tally);
    for (const Tally::Rejections& rejections : piece.result.tally.bad) {
      if (rejections.count > 0 &&
          (!closest.rejections ||
           shortfall_ratio(rejections.closest) < shortfall_ratio(closest.rejections->closest))) {
        closest = {&rejections, piece.space.get()};
      }
    }
  }
  return tally;
}

Json closest_json(const Infeasible& why, const Json& execution) {
  return {{"reason", enum_name(why.reason)},
          {"what", describe(why)},
          {"needed", to_json(why.needed)},
          {"available", to_json(why.available)},
          {"execution", execution}};
}

void add_result(const Strategy& strategy, const Stats& stats, Json& list) {
  list.push_back(
      {{"execution", to_json(strategy)}, {"stats", to_json(stats, strategy.methodology.dialect)}});
}

void add_execution(const Work& work, Json& record) {
  const Strategy& strategy = work.execution->strategy;
  const Outcome<Stats>& outcome = *work.outcome;
  record["status"] = outcome ? "ok" : "infeasible";
  record["enumerated"] = 1;
  record["feasible"] = outcome ? 1 : 0;
  record["bad"] = Json::object();
  record["best"] = Json::array();
  if (outcome) {
    add_result(strategy, *outcome, record["best"]);
    return;
  }
  record["bad"][std::string(enum_name(outcome.error().reason))] = 1;
  record["closest"] = closest_json(outcome.error(), to_json(strategy));
}

void add_search(const Work& work, Json& record) {
  Closest closest;
  const Tally tally = tally_of(work, closest);
  const bool found = kept_by(work) > 0;
  record["status"] = found ? "ok" : "infeasible";
  record["enumerated"] = tally.total;
  record["feasible"] = work.search->options.where.empty() ? tally.good : kept_by(work);
  record["bad"] = Json::object();
  for (std::size_t i = 0; i < tally.bad.size(); ++i) {
    if (tally.bad[i].count > 0) {
      record["bad"][std::string(EnumNames<Reason>::kNames[i])] = tally.bad[i].count;
    }
  }
  if (!found && closest.rejections) {
    record["closest"] = closest_json(closest.rejections->closest,
                                     to_json(closest.space->at(closest.rejections->closest_index)));
  }
  record["best"] = Json::array();
  for (const RankedStrategy* each : ranked(work, work.search->options.top_n)) {
    add_result(each->strategy, each->stats, record["best"]);
  }
  if (found && work.search->keep == Keep::kSummary) {
    record["summary"] = summary_json(work);
  }
}

std::string record_line(const Study& study, const Work& work, const PointEntry& entry,
                        double seconds) {
  Json record = {{"id", entry.id.hex()}, {"axes", Json::object()}};
  const std::vector<std::string> names = study.column_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!work.labels[i].is_null()) {
      record["axes"][names[i]] = work.labels[i];
    }
  }
  if (!work.error.empty()) {
    record["status"] = "invalid";
    record["why"] = work.error;
  } else if (work.execution) {
    add_execution(work, record);
  } else {
    add_search(work, record);
  }
  constexpr double kMilli = 1e3;
  record["seconds"] = std::round(seconds * kMilli) / kMilli;
  return record.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double best_rate(const Work& work) {
  if (work.outcome) {
    return *work.outcome ? (*work.outcome)->sample_rate : 0;
  }
  double rate = 0;
  for (const Piece& piece : work.pieces) {
    for (const RankedStrategy& each : piece.result.best) {
      rate = std::max(rate, each.stats.sample_rate);
    }
  }
  return rate;
}

// Every good execution of a point, in a file called after its id.
void write_rows(Work& work, const PointEntry& entry, const ComputeOptions& options,
                std::atomic<bool>& stop) {
  const Dialect dialect = work.pieces.front().space->dialect();
  const CsvColumns columns = CsvColumns::all(dialect);
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

std::vector<RecordLine> compute_points(const Study& study, std::span<const std::size_t> indices,
                                       const std::vector<PointEntry>& entries,
                                       const ComputeOptions& options, std::atomic<bool>& stop,
                                       const Progress& progress) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  std::vector<Work> works(indices.size());
  parallel_for(works.size(), options.threads, [&](std::size_t i) {
    works[i].index = indices[i];
    prepare(study, works[i]);
  });
  share_inputs(entries, works);
  parallel_for(works.size(), options.threads, [&](std::size_t i) { begin(works[i]); });
  std::vector<Work*> searches;
  for (Work& work : works) {
    searches.push_back(&work);
  }
  search_works(searches, options.threads, stop, progress);
  count_bins(works, options.threads, stop);
  double strategies = 0;
  for (Work& work : works) {
    for (const Piece& piece : work.pieces) {
      work.cut_short = work.cut_short || piece.result.interrupted;
    }
    if (work.search && work.search->keep == Keep::kAll && work.error.empty() && !work.cut_short) {
      write_rows(work, entries[work.index], options, stop);
    }
    strategies += static_cast<double>(std::max<std::int64_t>(1, entries[work.index].strategies));
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::vector<RecordLine> lines(works.size());
  parallel_for(works.size(), options.threads, [&](std::size_t i) {
    const PointEntry& entry = entries[works[i].index];
    const double share =
        static_cast<double>(std::max<std::int64_t>(1, entry.strategies)) / strategies;
    if (!works[i].cut_short) {
      lines[i] = {record_line(study, works[i], entry, seconds * share), best_rate(works[i])};
    }
  });
  return lines;
}

}  // namespace calculon
