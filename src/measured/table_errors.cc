#include "measured/table_errors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/median.h"
#include "calculon/base/files.h"

namespace calculon {
namespace {

// The names of the groups of all runs, and of those without a flag.
constexpr std::string_view kAll = "all";
constexpr std::string_view kUnflagged = "unflagged";

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

// Collects what a group needs, one run after the other.
class GroupCounter {
 public:
  void add(const PredictedRun& each) {
    for (std::size_t i = 0; i < errors_.size(); ++i) {
      if (const auto error = error_of(each, static_cast<MeasuredQuantity>(i))) {
        errors_[i].push_back(*error);
      }
    }
    if (const auto error = error_of(each, MeasuredQuantity::kTime)) {
      count_stated(each, std::fabs(*error));
    }
    if (each.run->has_label()) {
      count_verdict(each);
    }
  }

  GroupErrors group(std::string name) const {
    return {std::move(name),
            summarize(errors_[0]),
            summarize(errors_[1]),
            summarize(errors_[2]),
            verdict_,
            stated_};
  }

 private:
  void count_stated(const PredictedRun& each, double error) {
    ++stated_.n;
    stated_.typical += error <= each.uncertainty.median_percent ? 1 : 0;
    stated_.nine_of_ten += error <= each.uncertainty.p90_percent ? 1 : 0;
  }
  void count_verdict(const PredictedRun& each) {
    const bool ran = each.run->outcome == RunOutcome::kRan;
    const bool fits = each.prediction.verdict == MemoryVerdict::kFits;
    ++verdict_.n;
    verdict_.right += ran == fits ? 1 : 0;
    verdict_.false_fits += fits && !ran ? 1 : 0;
    verdict_.false_does_not_fit += ran && !fits ? 1 : 0;
  }

  std::array<std::vector<double>, kEnumSize<MeasuredQuantity>> errors_;
  VerdictCounts verdict_;
  StatedErrors stated_;
};

std::string_view first_word(std::string_view text, std::string_view ends) {
  return text.substr(0, text.find_first_of(ends));
}

}  // namespace

ErrorSummary summarize(std::vector<double> errors) {
  ErrorSummary summary;
  if (errors.empty()) {
    return summary;
  }
  summary.n = static_cast<std::int64_t>(errors.size());
  summary.bias = mean_of(errors);
  std::transform(errors.begin(), errors.end(), errors.begin(),
                 [](double error) { return std::fabs(error); });
  summary.mean = mean_of(errors);
  std::sort(errors.begin(), errors.end());
  summary.median = median_of(errors);
  // Halves go to the even neighbour, as nearbyint() rounds.
  const double place = std::nearbyint(0.9 * static_cast<double>(errors.size() - 1));
  summary.p90 = errors[static_cast<std::size_t>(place)];
  summary.max = errors.back();
  return summary;
}

const ErrorSummary& summary_of(const GroupErrors& group, MeasuredQuantity quantity) {
  switch (quantity) {
    case MeasuredQuantity::kTime:
      return group.time;
    case MeasuredQuantity::kPeak:
      return group.peak;
    default:
      return group.fixed;
  }
}

std::optional<double> error_of(const PredictedRun& each, MeasuredQuantity quantity) {
  const MeasuredRun& run = *each.run;
  const RunPrediction& prediction = each.prediction;
  const auto error = [](double predicted, const std::optional<double>& measured) {
    return measured ? std::optional(error_percent(predicted, *measured)) : std::nullopt;
  };
  switch (quantity) {
    case MeasuredQuantity::kTime:
      return run.has_time() ? error(prediction.seconds, run.seconds) : std::nullopt;
    case MeasuredQuantity::kPeak:
      return error(prediction.peak_bytes, run.peak_bytes);
    default:
      return error(prediction.static_bytes, run.static_bytes);
  }
}

std::string group_name(const MeasuredRun& run, RunGrouping grouping) {
  switch (grouping) {
    case RunGrouping::kSystem:
      return run.system;
    case RunGrouping::kProcessor:
      return std::string(first_word(name_without_extension(run.system), "-_"));
    case RunGrouping::kPrecision:
      return run.execution.low_precision() ? std::string(enum_name(run.execution.gemm_datatype))
                                           : "16 bit";
    case RunGrouping::kKind:
      return run.model.details.num_experts > 0 ? "mixture" : "dense";
    default:
      return run.source.empty() ? "not named" : std::string(first_word(run.source, " ,"));
  }
}

std::vector<GroupErrors> errors_by(const std::vector<PredictedRun>& runs, RunGrouping grouping) {
  std::map<std::string, GroupCounter> counters;
  for (const PredictedRun& each : runs) {
    counters[group_name(*each.run, grouping)].add(each);
  }
  std::vector<GroupErrors> groups;
  groups.reserve(counters.size());
  for (const auto& [name, counter] : counters) {
    groups.push_back(counter.group(name));
  }
  return groups;
}

GroupErrors errors_of_all(const std::vector<PredictedRun>& runs) {
  GroupCounter counter;
  for (const PredictedRun& each : runs) {
    counter.add(each);
  }
  return counter.group(std::string(kAll));
}

GroupErrors errors_of_unflagged(const std::vector<PredictedRun>& runs) {
  GroupCounter counter;
  for (const PredictedRun& each : runs) {
    if (each.run->flag.empty()) {
      counter.add(each);
    }
  }
  return counter.group(std::string(kUnflagged));
}

std::vector<const PredictedRun*> worst_runs(const std::vector<PredictedRun>& runs,
                                            std::size_t count) {
  std::vector<std::pair<double, const PredictedRun*>> errors;
  for (const PredictedRun& each : runs) {
    if (const auto error = error_of(each, MeasuredQuantity::kTime)) {
      errors.emplace_back(std::fabs(*error), &each);
    }
  }
  const std::size_t kept = std::min(count, errors.size());
  std::stable_sort(errors.begin(), errors.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const PredictedRun*> worst;
  for (std::size_t i = 0; i < kept; ++i) {
    worst.push_back(errors[i].second);
  }
  return worst;
}

}  // namespace calculon
