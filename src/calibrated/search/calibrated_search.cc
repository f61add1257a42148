#include "calibrated/search/calibrated_search.h"

#include <algorithm>
#include <mutex>
#include <tuple>

#include "base/text.h"
#include "calculon/base/parallel.h"
#include "calculon/base/top_n.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/search/calibrated_walker.h"
#include "search/keeper.h"

namespace calculon {
namespace {

// What one thread has found.
class Found {
 public:
  explicit Found(const CalibratedSearchOptions& options)
      : options_(options),
        rate_decides_(options.where.empty() && options.pareto.empty() &&
                      options.rank_by.statistic == CalibratedOrder{}.statistic),
        top_(options.top_n) {}

  void offer(const CalibratedWalker& walker, const WalkedExecution& walked) {
    if (rate_decides_) {
      ++kept_;
      const double rate =
          static_cast<double>(walked.execution.batch_size) / walker.step(walked).total;
      top_.offer({score_of(rate, true), 0, walked.index});
      return;
    }
    walker.set_stats(stats_, walked);
    if (!all_accept(options_.where, stats_)) {
      return;
    }
    ++kept_;
    if (options_.pareto.empty()) {
      top_.offer({options_.rank_by.score(stats_), 0, walked.index});
      return;
    }
    std::vector<double> scores;
    for (const CalibratedOrder& order : options_.pareto) {
      scores.push_back(order.score(stats_));
    }
    pareto_.offer(walked.index, std::move(scores));
  }

  void merge(const Found& other) {
    tally.merge(other.tally);
    kept_ += other.kept_;
    top_.merge(other.top_);
    pareto_.merge(other.pareto_);
  }

  std::int64_t kept() const { return kept_; }
  std::vector<Candidate> sorted() const {
    return options_.pareto.empty() ? top_.sorted() : pareto_.sorted();
  }

  RuleTally tally;

 private:
  const CalibratedSearchOptions& options_;
  bool rate_decides_;
  std::int64_t kept_ = 0;
  TopN<Candidate> top_;
  ParetoSet pareto_;
  CalibratedStats stats_;  // at hand, without those of stages
};

// Degrees in an order in which those with the same block choices follow each other.
std::vector<const CalibratedDegrees*> by_block(const CalibratedSpace& space) {
  std::vector<const CalibratedDegrees*> list;
  for (const CalibratedDegrees& degrees : space.degrees()) {
    list.push_back(&degrees);
  }
  const auto key = [](const CalibratedDegrees* d) {
    return std::tuple(d->tensor_par, d->context_par, d->microbatch_size, d->expert_tensor_par,
                      d->expert_par, d->choices, d->first_index);
  };
  std::sort(list.begin(), list.end(),
            [&](const auto* a, const auto* b) { return key(a) < key(b); });
  return list;
}

// "==fits", behind the name of the verdict.
CalibratedFilter parse_verdict(std::string_view text, std::string_view behind_name) {
  const std::string_view rest = trimmed(behind_name, " ");
  const bool equal = rest.starts_with("==");
  if (equal || rest.starts_with("!=")) {
    std::string_view word = trimmed(rest.substr(2), " ");
    word = word == "barely" ? "fits barely" : word;  // as tables of searches say it
    if (const auto verdict = enum_from_name<MemoryVerdict>(word)) {
      return {nullptr,
              {equal ? Condition::Comparison::kEqual : Condition::Comparison::kNotEqual, 0},
              verdict};
    }
  }
  throw InputError(fmt::format("'{}' is no condition, expected {}== or {}!= and one of {}", text,
                               kVerdictName, kVerdictName,
                               list_of_names(EnumNames<MemoryVerdict>::kNames)));
}

}  // namespace

CalibratedOrder parse_calibrated_order(std::string_view text) {
  return {&calibrated_statistic(trimmed(text, " "))};
}

CalibratedFilter parse_calibrated_filter(std::string_view text) {
  if (const std::string_view whole = trimmed(text, " "); whole.starts_with(kVerdictName)) {
    return parse_verdict(text, whole.substr(kVerdictName.size()));
  }
  const NamedCondition parsed = parse_condition(text);
  return {&calibrated_statistic(parsed.name), parsed.condition, {}};
}

bool all_accept(const std::vector<CalibratedFilter>& where, const CalibratedStats& stats) {
  return std::all_of(where.begin(), where.end(),
                     [&](const CalibratedFilter& filter) { return filter.accepts(stats); });
}

CalibratedSearchResult search_calibrated(const Transformer& model, const System& system,
                                         const CalibratedSpace& space,
                                         const CalibratedSearchOptions& options,
                                         const std::atomic<bool>& stop, const Progress& progress) {
  const std::vector<const CalibratedDegrees*> list = by_block(space);
  ChunkQueue queue(static_cast<std::int64_t>(list.size()), options.threads);
  std::atomic<std::int64_t> counted{0};
  std::mutex merging;
  Found all(options);
  const auto work = [&](int, const StopToken& token) {
    CalibratedWalker walker(model, system, space);
    Found found(options);
    for (auto chunk = queue.next(); !chunk.empty() && !token; chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end && !token; ++i) {
        const CalibratedDegrees& degrees = *list[static_cast<std::size_t>(i)];
        walker.walk(degrees, found.tally,
                    [&](const WalkedExecution& walked) { found.offer(walker, walked); });
        counted.fetch_add(space.size_of(degrees), std::memory_order_relaxed);
      }
    }
    const std::lock_guard lock(merging);
    all.merge(found);
  };
  run_threads(options.threads, work, stop, kSearchWatchMilliseconds,
              [&] { progress(counted.load(std::memory_order_relaxed)); });
  CalibratedSearchResult result;
  result.tally = all.tally;
  result.kept = all.kept();
  result.interrupted = all.tally.total() != space.size();
  for (const Candidate& candidate : all.sorted()) {
    const CalibratedExecution e = space.at(candidate.index);
    auto outcome = evaluate_calibrated(model, system, e);
    result.best.push_back({candidate.index, e, std::get<CalibratedStats>(std::move(outcome))});
  }
  return result;
}

}  // namespace calculon
