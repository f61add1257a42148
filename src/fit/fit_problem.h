#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "fit/fit_constants.h"
#include "fit/fit_row.h"

namespace calculon {

// No row is left out of a sum.
inline constexpr std::size_t kNoRow = std::numeric_limits<std::size_t>::max();

// Where a fit stands: the logarithms of the constants, the logarithms of predicted over measured
// times with them, and the slopes of these errors, row by row.
struct FitPoint {
  std::vector<double> x;
  std::vector<double> errors;
  std::vector<double> slopes;  // empty until they are asked for
};

// The rows and constants of a fit, and what it makes small: the mean of a robust function of the
// errors, and a little for constants that leave their start (section 17 of the specification).
class FitProblem {
 public:
  // `start` has all constants; those that are fitted begin there, within their bounds. `rows` have
  // to outlive the problem. Of many predictions at once, `threads` share the work.
  FitProblem(std::span<const FitRow> rows, std::span<const FitConstant* const> constants,
             const Calibration& start, int threads);

  // The same for work that is one of many on several threads.
  FitProblem on_one_thread() const {
    FitProblem alone = *this;
    alone.threads_ = 1;
    return alone;
  }

  std::size_t rows() const { return rows_.size(); }
  std::size_t constants() const { return constants_.size(); }
  const std::vector<double>& start() const { return start_; }
  double lower(std::size_t j) const { return lower_[j]; }  // bounds of x
  double upper(std::size_t j) const { return upper_[j]; }

  Calibration at(const std::vector<double>& x) const;
  double error(std::size_t row, const std::vector<double>& x) const;
  FitPoint point(std::vector<double> x) const;
  void find_slopes(FitPoint& point) const;

  // The sum that is made small, without the row `left_out`.
  double objective(const FitPoint& point, std::size_t left_out = kNoRow) const;
  // The curvature (row by row) and the gradient that errors and slopes give.
  void normal_equations(const FitPoint& point, std::size_t left_out, std::vector<double>& curvature,
                        std::vector<double>& gradient) const;

 private:
  std::span<const FitRow> rows_;
  std::vector<const FitConstant*> constants_;
  Calibration calibration_;
  int threads_;
  std::vector<double> start_;
  std::vector<double> lower_;
  std::vector<double> upper_;
};

}  // namespace calculon
