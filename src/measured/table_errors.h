#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/enum_names.h"
#include "measured/predict.h"

namespace calculon {

// Errors of predictions against what was measured, in percent of that. Sizes count, signs do not,
// but for the bias, which is the mean with signs.
struct ErrorSummary {
  std::int64_t n = 0;
  double mean = 0;
  double median = 0;
  double p90 = 0;
  double max = 0;
  double bias = 0;
};

struct ErrorFigure {
  std::string_view name;
  double ErrorSummary::*member;
};

inline constexpr std::array<ErrorFigure, 5> kErrorFigures = {{
    {"mean", &ErrorSummary::mean},
    {"median", &ErrorSummary::median},
    {"p90", &ErrorSummary::p90},
    {"max", &ErrorSummary::max},
    {"bias", &ErrorSummary::bias},
}};

// All zero for no errors.
ErrorSummary summarize(std::vector<double> errors);

// Verdicts beside what happened.
struct VerdictCounts {
  std::int64_t n = 0;
  std::int64_t right = 0;
  std::int64_t false_fits = 0;          // was out of memory, and was to fit
  std::int64_t false_does_not_fit = 0;  // ran, and was not to fit surely
};

// How many of the step times lie within the errors that their answers state.
struct StatedErrors {
  std::int64_t n = 0;
  std::int64_t typical = 0;
  std::int64_t nine_of_ten = 0;
};

// What a table says of step times (a row whose flag or use forbids it does not count), of the bytes
// and of verdicts.
struct GroupErrors {
  std::string name;
  ErrorSummary time;
  ErrorSummary peak;
  ErrorSummary fixed;
  VerdictCounts verdict;
  StatedErrors stated;
};

enum class MeasuredQuantity { kTime, kPeak, kStatic };

template <>
struct EnumNames<MeasuredQuantity> {
  static constexpr std::array<std::string_view, 3> kNames = {"time", "peak", "static"};
};

const ErrorSummary& summary_of(const GroupErrors& group, MeasuredQuantity quantity);

// The error of a quantity in percent; nothing where it was not measured, or does not count.
std::optional<double> error_of(const PredictedRun& each, MeasuredQuantity quantity);

// What runs are put together by.
enum class RunGrouping { kSystem, kProcessor, kPrecision, kKind, kSource };

template <>
struct EnumNames<RunGrouping> {
  static constexpr std::array<std::string_view, 5> kNames = {"system", "processor", "precision",
                                                             "kind", "source"};
};

// The group of a run: its system; the first word of that name, which is the processor's; the type
// of its matrix products; dense or mixture; where it was published, without the file.
std::string group_name(const MeasuredRun& run, RunGrouping grouping);

// A group for each name, in the order of names.
std::vector<GroupErrors> errors_by(const std::vector<PredictedRun>& runs, RunGrouping grouping);

// All runs as one group, or those that have no flag.
GroupErrors errors_of_all(const std::vector<PredictedRun>& runs);
GroupErrors errors_of_unflagged(const std::vector<PredictedRun>& runs);

// The runs whose step times are furthest off, the worst first; at most `count`.
std::vector<const PredictedRun*> worst_runs(const std::vector<PredictedRun>& runs,
                                            std::size_t count);

}  // namespace calculon
