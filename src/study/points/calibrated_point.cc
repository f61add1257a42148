#include "study/points/calibrated_point.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "calibrated/calibrated_evaluate.h"
#include "calibrated/search/calibrated_walker.h"
#include "text/calibrated_search_report.h"

namespace calculon {
namespace {

// Of what does not fit into memory.
RejectedExecution short_of_memory(const CalibratedExecution& execution,
                                  const CalibratedStats& stats) {
  return {execution, kMemoryRule, rejection_text(stats), stats.memory.device_low,
          stats.memory.capacity};
}

RejectedExecution against_rule(const CalibratedExecution& execution, std::string_view rule,
                               std::string words) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  return {execution, rule, std::move(words), kNone, kNone};
}

// A rejected execution: of those that lack memory, if there are any, else of the most frequent
// rule. REQUIRES that some are rejected.
RejectedExecution nearest_of(const PointTask& task, const CalibratedSpace& space,
                             const RuleTally& tally) {
  const std::vector<RuleTally::Rejections> all = tally.sorted();
  const auto by_memory = std::find_if(all.begin(), all.end(), [](const auto& rejections) {
    return rejections.rule == kMemoryRule;
  });
  const RuleTally::Rejections& chosen = by_memory == all.end() ? all.front() : *by_memory;
  const CalibratedExecution execution = space.at(chosen.closest);
  if (by_memory != all.end()) {
    const auto outcome = evaluate_calibrated(*task.transformer, *task.system, execution);
    return short_of_memory(execution, std::get<CalibratedStats>(outcome));
  }
  const CalibratedSearchReport report{*task.transformer, *task.system, space, {}, {}};
  return against_rule(execution, chosen.rule, rejection_text(report, execution, chosen.rule));
}

}  // namespace

CalibratedAnswer evaluate_calibrated_point(const PointTask& task) {
  const auto& execution = std::get<CalibratedExecution>(*task.execution);
  auto outcome = evaluate_calibrated(*task.transformer, *task.system, execution);
  CalibratedAnswer answer;
  if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
    answer.tally.reject(unsuitable->rule, 1, 0, 0);
    answer.closest = against_rule(execution, unsuitable->rule, unsuitable->words);
    return answer;
  }
  auto& stats = std::get<CalibratedStats>(outcome);
  if (stats.memory.verdict == MemoryVerdict::kDoesNotFit) {
    answer.tally.reject(kMemoryRule, 1, stats.memory.device_low / stats.memory.capacity, 0);
    answer.closest = short_of_memory(execution, stats);
    return answer;
  }
  answer.tally.accept();
  answer.kept = 1;
  answer.best.push_back({0, execution, std::move(stats)});
  return answer;
}

CalibratedAnswer search_calibrated_point(const PointTask& task, int threads,
                                         const std::atomic<bool>& stop, const Progress& progress) {
  const CalibratedSearchSpec& search = *task.search->calibrated;
  const CalibratedSpace space(*task.transformer, *task.system, search.space);
  CalibratedSearchOptions options = search.options;
  options.threads = threads;
  CalibratedSearchResult result =
      search_calibrated(*task.transformer, *task.system, space, options, stop, progress);
  CalibratedAnswer answer;
  answer.tally = result.tally;
  answer.kept = result.kept;
  answer.best = std::move(result.best);
  answer.interrupted = result.interrupted;
  if (answer.kept == 0 && answer.tally.bad() > 0) {
    answer.closest = nearest_of(task, space, answer.tally);
  }
  return answer;
}

}  // namespace calculon
