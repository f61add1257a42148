#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <vector>

#include "fit/fit_constants.h"
#include "fit/fit_row.h"

namespace calculon {

struct FitOptions {
  bool leave_one_out = false;
  int threads = 1;
  std::function<void(std::int64_t done, std::int64_t all)> progress;  // searches; may be empty
};

enum class TouchedBound { kNone, kLeast, kMost };

struct FittedConstant {
  const FitConstant* constant = nullptr;
  double before = 0;
  double after = 0;
  TouchedBound bound = TouchedBound::kNone;
};

// What a fit gave. The times are those of the rows, in seconds.
struct FitResult {
  std::vector<FittedConstant> constants;
  Calibration calibration;  // all constants, with the new ones in six digits
  double objective = 0;
  int iterations = 0;
  std::vector<double> seconds_before;
  std::vector<double> seconds_after;
  std::vector<double> seconds_left_out;  // of each row by a fit without it; if asked for
};

// Fits the constants to the rows, from the values of `start` (section 17 of the specification). The
// result is the same to the last bit for any number of threads. REQUIRES at least one row and one
// constant. Throws Interrupted once `stop` is set.
FitResult fit(std::span<const FitRow> rows, std::span<const FitConstant* const> constants,
              const Calibration& start, const FitOptions& options, const std::atomic<bool>& stop);

// What the rows take with given constants.
std::vector<double> predicted_seconds(std::span<const FitRow> rows, const Calibration& constants);

}  // namespace calculon
