#include "study/points/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/json_text.h"
#include "calculon/base/parallel.h"
#include "calculon/base/quantity_text.h"
#include "study/points/calibrated_record.h"
#include "study/points/no_answer.h"
#include "study/points/record_check.h"
#include "text/calibrated_search_report.h"
#include "text/distribution.h"
#include "text/json_report.h"
#include "text/reason_kind.h"

namespace calculon {
namespace {

// The search's infeasible reasons and whatever came closest to fitting.
struct Closest {
  const Tally::Rejections* rejections = nullptr;
  const StrategySpace* space = nullptr;
};

Distribution counted_distribution(const PointWork& work) {
  const StatOrder& order = work.task.search->options.rank_by;
  const double sign = order.larger_is_better() ? 1 : -1;
  const ScoreRange range = score_range(work);
  Distribution distribution;
  distribution.statistic = order.field->name;
  distribution.count = kept_by(work);
  distribution.counts.assign(Distribution::kBins, 0);
  for (const SpaceSearch& search : work.searches) {
    for (std::size_t i = 0; i < search.result.bin_counts.size(); ++i) {
      distribution.counts[i] += search.result.bin_counts[i];
    }
  }
  for (std::size_t i = 0; i <= Distribution::kBins; ++i) {
    distribution.edges.push_back(sign * bin_edge(range, i));
  }
  if (sign < 0) {
    std::reverse(distribution.edges.begin(), distribution.edges.end());
    std::reverse(distribution.counts.begin(), distribution.counts.end());
  }
  for (const RankedStrategy* each : ranked(work, Distribution::kTop)) {
    distribution.top.push_back(each->stats.*order.field->member);
  }
  return distribution;
}

Tally tally_of(const PointWork& work, Closest& closest) {
  Tally tally;
  for (const SpaceSearch& search : work.searches) {
    tally.merge(search.result.tally);
    for (const Tally::Rejections& rejections : search.result.tally.bad) {
      if (rejections.count > 0 &&
          (!closest.rejections ||
           shortfall_ratio(rejections.closest) < shortfall_ratio(closest.rejections->closest))) {
        closest = {&rejections, search.space.get()};
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
  list.push_back({{"execution", to_json(strategy)}, {"stats", to_json(stats, strategy.preset)}});
}

MaybeNoAnswer add_execution(const PointWork& work, Json& record) {
  const Strategy& strategy = std::get<StrategyFile>(*work.task.execution).strategy;
  const Outcome<Stats>& outcome = *work.outcome;
  record["status"] = outcome ? "ok" : "infeasible";
  record["enumerated"] = 1;
  record["feasible"] = outcome ? 1 : 0;
  record["bad"] = Json::object();
  record["best"] = Json::array();
  if (outcome) {
    add_result(strategy, *outcome, record["best"]);
    return std::nullopt;
  }
  record["bad"][std::string(enum_name(outcome.error().reason))] = 1;
  record["closest"] = closest_json(outcome.error(), to_json(strategy));
  return NoAnswer{reason_kind(outcome.error()), ""};
}

MaybeNoAnswer add_refusal(const Refusal& refusal, Json& record) {
  record["status"] = "infeasible";
  record["enumerated"] = 1;
  record["feasible"] = 0;
  record["bad"] = Json::object();
  record["best"] = Json::array();
  return NoAnswer{refusal.kind, refusal.words};
}

MaybeNoAnswer add_search(const PointWork& work, Json& record) {
  Closest closest;
  const Tally tally = tally_of(work, closest);
  const bool found = kept_by(work) > 0;
  const bool filtered = !work.task.search->options.where.empty();
  record["status"] = found ? "ok" : "infeasible";
  record["enumerated"] = tally.total;
  record["feasible"] = filtered ? kept_by(work) : tally.good;
  record["bad"] = Json::object();
  for (std::size_t i = 0; i < tally.bad.size(); ++i) {
    if (tally.bad[i].count > 0) {
      record["bad"][std::string(EnumNames<Reason>::kNames[i])] = tally.bad[i].count;
    }
  }
  MaybeNoAnswer no_answer;
  if (!found && closest.rejections) {
    no_answer = NoAnswer{reason_kind(closest.rejections->closest), ""};
    record["closest"] = closest_json(closest.rejections->closest,
                                     to_json(closest.space->at(closest.rejections->closest_index)));
  }
  if (!found && tally.good > 0) {
    no_answer = none_meets_where(tally.good);
  }
  record["best"] = Json::array();
  for (const RankedStrategy* each : ranked(work, work.task.search->options.top_n)) {
    add_result(each->strategy, each->stats, record["best"]);
  }
  if (found && work.task.search->keep == Keep::kSummary) {
    record["summary"] = summary_json(counted_distribution(work));
  }
  return no_answer;
}

// Why what a search has found cannot be told as numbers; "" if it can.
std::string range_error(const PointWork& work) {
  if (!work.task.search || work.calibrated || kept_by(work) == 0) {
    return "";
  }
  const std::vector<const RankedStrategy*> best = ranked(work, work.task.search->options.top_n);
  const ScoreRange range = score_range(work);
  const bool summed = work.task.search->keep == Keep::kSummary;
  if (best.empty() || (summed && !std::isfinite(range.best - range.worst))) {
    return "total_time leaves the range of a number: the inputs are too extreme to be evaluated";
  }
  try {
    for (const RankedStrategy* each : best) {
      require_finite(each->stats);
    }
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string record_line(const Study& study, const PointWork& work, const PointEntry& entry,
                        double seconds) {
  Json record = {{"id", entry.id.hex()}, {"axes", Json::object()}};
  const std::vector<std::string> names = study.column_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!work.labels[i].is_null()) {
      record["axes"][names[i]] = work.labels[i];
    }
  }
  MaybeNoAnswer no_answer;
  const std::string error = work.error.empty() ? range_error(work) : work.error;
  if (!error.empty()) {
    record["status"] = "invalid";
    record["why"] = error;
  } else {
    no_answer = work.refusal          ? add_refusal(*work.refusal, record)
                : work.calibrated     ? add_calibrated_answer(work.task, *work.calibrated, record)
                : work.task.execution ? add_execution(work, record)
                                      : add_search(work, record);
  }
  constexpr double kMilli = 1e3;
  record["seconds"] = std::round(seconds * kMilli) / kMilli;
  // Behind the content of a record: older ones lack it and still say the same.
  if (no_answer) {
    record["reason_kind"] = no_answer->kind;
    if (!no_answer->why.empty()) {
      record["why"] = no_answer->why;
    }
  }
  return with_checksum(json_text(record));
}

double best_rate(const PointWork& work) {
  if (work.outcome) {
    return *work.outcome ? (*work.outcome)->sample_rate : 0;
  }
  if (work.calibrated) {
    return best_sample_rate(work.calibrated->best);
  }
  double rate = 0;
  for (const SpaceSearch& search : work.searches) {
    for (const RankedStrategy& each : search.result.best) {
      rate = std::max(rate, each.stats.sample_rate);
    }
  }
  return rate;
}

}  // namespace

std::vector<RecordLine> compute_points(const Study& study, std::span<const std::size_t> indices,
                                       const std::vector<PointEntry>& entries,
                                       const ComputeOptions& options, const std::atomic<bool>& stop,
                                       const Progress& progress) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const std::vector<PointWork> works =
      compute_works(study, indices, entries, options, stop, progress);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto strategies_of = [&](const PointWork& work) {
    return static_cast<double>(std::max<std::int64_t>(1, entries[work.index].strategies));
  };
  double strategies = 0;
  for (const PointWork& work : works) {
    strategies += strategies_of(work);
  }
  std::vector<RecordLine> lines(works.size());
  parallel_for(works.size(), options.threads, [&](std::size_t i) {
    if (!works[i].cut_short) {
      const double share = strategies_of(works[i]) / strategies;  // of the time of all
      lines[i] = {record_line(study, works[i], entries[works[i].index], seconds * share),
                  best_rate(works[i])};
    }
  });
  return lines;
}

}  // namespace calculon
