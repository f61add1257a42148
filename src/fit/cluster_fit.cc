#include "fit/cluster_fit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "calculon/base/input_error.h"
#include "fit/constant_choice.h"

namespace calculon {
namespace {

FittedPart fit_part(const PartTable& part, const Calibration& start, const FitOptions& options,
                    const std::atomic<bool>& stop) {
  const auto constants = exercised_constants(part.constants, part.rows, start);
  if (constants.empty()) {
    throw InputError(fmt::format("{}: what it has does not depend on {}", part.source,
                                 fmt::join(part.constants, " or ")));
  }
  FittedPart fitted;
  fitted.source = part.source;
  fitted.fit = fit(part.rows, constants, start, options, stop);
  fitted.before = errors_of_times(part.rows, fitted.fit.seconds_before);
  fitted.after = errors_of_times(part.rows, fitted.fit.seconds_after);
  return fitted;
}

std::vector<const FitConstant*> constants_of_steps(const ClusterMeasurements& measurements,
                                                   const ClusterFit& fitted) {
  if (!measurements.constants.empty()) {
    const std::vector<std::string_view> names(measurements.constants.begin(),
                                              measurements.constants.end());
    return named_constants(names, measurements.steps, fitted.calibration);
  }
  std::vector<std::string_view> known;
  for (const FittedConstant& each : fitted.constants()) {
    known.push_back(each.constant->name);
  }
  auto constants = default_constants(measurements.steps, fitted.calibration, known);
  if (constants.empty()) {
    throw InputError(
        fmt::format("{}: no constant has an effect on enough of them", measurements.steps_source));
  }
  return constants;
}

}  // namespace

ErrorSummary errors_of_times(std::span<const FitRow> rows, const std::vector<double>& seconds) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    errors.push_back(error_percent(seconds[i], rows[i].measured_seconds));
  }
  return summarize(std::move(errors));
}

std::vector<FittedConstant> ClusterFit::constants() const {
  std::vector<FittedConstant> all;
  for (const FittedPart& part : parts) {
    all.insert(all.end(), part.fit.constants.begin(), part.fit.constants.end());
  }
  if (steps) {
    for (const FittedConstant& each : steps->constants) {
      std::erase_if(all,
                    [&](const FittedConstant& other) { return other.constant == each.constant; });
      all.push_back(each);
    }
  }
  return all;
}

ClusterFit fit_cluster(const ClusterMeasurements& measurements, const Calibration& start,
                       FitOptions options, const std::atomic<bool>& stop) {
  ClusterFit fitted;
  fitted.calibration = start;
  for (const PartTable& part : measurements.parts) {
    fitted.parts.push_back(fit_part(part, fitted.calibration, {false, options.threads, {}}, stop));
    fitted.calibration = fitted.parts.back().fit.calibration;
  }
  fitted.steps_source = measurements.steps_source;
  fitted.holdout_source = measurements.holdout_source;
  const std::vector<FitRow>& rows = measurements.steps;
  if (!rows.empty()) {
    const auto constants = constants_of_steps(measurements, fitted);
    options.leave_one_out = options.leave_one_out || rows.size() <= kAlwaysLeftOut;
    fitted.steps = fit(rows, constants, fitted.calibration, options, stop);
    fitted.calibration = fitted.steps->calibration;
    fitted.before = errors_of_times(rows, predicted_seconds(rows, start));
    fitted.after = errors_of_times(rows, fitted.steps->seconds_after);
    if (!fitted.steps->seconds_left_out.empty()) {
      fitted.left_out = errors_of_times(rows, fitted.steps->seconds_left_out);
    }
  }
  const std::vector<FitRow>& holdout = measurements.holdout;
  if (!holdout.empty()) {
    fitted.holdout_before = errors_of_times(holdout, predicted_seconds(holdout, start));
    fitted.holdout = errors_of_times(holdout, predicted_seconds(holdout, fitted.calibration));
  }
  return fitted;
}

}  // namespace calculon
