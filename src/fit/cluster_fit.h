#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/hardware/system.h"
#include "fit/fit.h"
#include "measured/table_errors.h"

namespace calculon {

// Measurements of one part of a cluster, which tell a few constants by themselves.
struct PartTable {
  std::string source;                       // "nccl.txt"
  std::vector<std::string_view> constants;  // that it may tell
  std::vector<FitRow> rows;
};

// What a fit of a cluster is made from.
struct ClusterMeasurements {
  std::vector<PartTable> parts;  // taken in this order, before the steps
  std::vector<FitRow> steps;
  std::string steps_source;     // "10 runs of cluster.csv"
  std::vector<FitRow> holdout;  // not fitted to
  std::string holdout_source;
  std::vector<std::string> constants;  // to fit to the steps; empty: by their number
};

struct FittedPart {
  std::string source;
  FitResult fit;
  ErrorSummary before;
  ErrorSummary after;
};

// New constants of a cluster with their errors.
struct ClusterFit {
  Calibration calibration;
  std::vector<FittedPart> parts;
  std::optional<FitResult> steps;
  std::string steps_source;
  std::string holdout_source;
  std::optional<ErrorSummary> before;  // of the steps
  std::optional<ErrorSummary> after;
  std::optional<ErrorSummary> left_out;
  std::optional<ErrorSummary> holdout_before;
  std::optional<ErrorSummary> holdout;

  // All that were fitted, those of the parts first.
  std::vector<FittedConstant> constants() const;
  // On runs that were not used: the holdout's, or each by a fit without it.
  const std::optional<ErrorSummary>& unused_error() const { return holdout ? holdout : left_out; }
};

// Up to so many runs each is also predicted by a fit without it.
inline constexpr std::size_t kAlwaysLeftOut = 40;

// Fits the constants of a system. Constants that a part tells are not fitted to the steps, unless
// they are named. Throws InputError where the measurements cannot tell a constant, Interrupted once
// `stop` is set.
ClusterFit fit_cluster(const ClusterMeasurements& measurements, const Calibration& start,
                       FitOptions options, const std::atomic<bool>& stop);

// How far times are from those of the rows.
ErrorSummary errors_of_times(std::span<const FitRow> rows, const std::vector<double>& seconds);

}  // namespace calculon
