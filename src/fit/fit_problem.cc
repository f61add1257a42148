#include "fit/fit_problem.h"

#include <algorithm>
#include <cmath>

#include "calculon/base/parallel.h"

namespace calculon {
namespace {

constexpr double kRobust = 0.05;    // errors far beyond this one count by their size
constexpr double kPrior = 2.25e-4;  // a constant at twice its start costs as an error of 1 % does
constexpr double kSlopeStep = 1e-4;
// Fewer predictions than this take less time than starting threads.
constexpr std::size_t kWorthThreads = 500;

double robust_weight(double error) {
  const double relative = error / kRobust;
  return 1 / std::sqrt(1 + relative * relative);
}

double robust_square(double error) {
  const double relative = error / kRobust;
  return 2 * kRobust * kRobust * (std::sqrt(1 + relative * relative) - 1);
}

}  // namespace

FitProblem::FitProblem(std::span<const FitRow> rows, std::span<const FitConstant* const> constants,
                       const Calibration& start, int threads)
    : rows_(rows),
      constants_(constants.begin(), constants.end()),
      calibration_(start),
      threads_(threads) {
  for (const FitConstant* constant : constants_) {
    start_.push_back(std::log(start_of(*constant, start)));
    lower_.push_back(std::log(constant->least));
    upper_.push_back(std::log(constant->most));
  }
}

Calibration FitProblem::at(const std::vector<double>& x) const {
  Calibration calibration = calibration_;
  for (std::size_t j = 0; j < constants_.size(); ++j) {
    calibration.*constants_[j]->member = std::exp(x[j]);
  }
  return calibration;
}

double FitProblem::error(std::size_t row, const std::vector<double>& x) const {
  return std::log(rows_[row].seconds(at(x)) / rows_[row].measured_seconds);
}

FitPoint FitProblem::point(std::vector<double> x) const {
  FitPoint point{std::move(x), std::vector<double>(rows_.size()), {}};
  const Calibration calibration = at(point.x);
  const int threads = rows_.size() < kWorthThreads ? 1 : threads_;
  parallel_for(rows_.size(), threads, [&](std::size_t i) {
    point.errors[i] = std::log(rows_[i].seconds(calibration) / rows_[i].measured_seconds);
  });
  return point;
}

void FitProblem::find_slopes(FitPoint& point) const {
  const std::size_t width = constants_.size();
  std::vector<Calibration> below;
  std::vector<Calibration> above;
  std::vector<double> distances;
  for (std::size_t j = 0; j < width; ++j) {
    std::vector<double> x = point.x;
    const double low = std::max(point.x[j] - kSlopeStep, lower_[j]);
    const double high = std::min(point.x[j] + kSlopeStep, upper_[j]);
    x[j] = low;
    below.push_back(at(x));
    x[j] = high;
    above.push_back(at(x));
    distances.push_back(high - low);
  }
  point.slopes.resize(rows_.size() * width);
  const int threads = 2 * width * rows_.size() < kWorthThreads ? 1 : threads_;
  parallel_for(rows_.size(), threads, [&](std::size_t i) {
    for (std::size_t j = 0; j < width; ++j) {
      point.slopes[i * width + j] =
          std::log(rows_[i].seconds(above[j]) / rows_[i].seconds(below[j])) / distances[j];
    }
  });
}

double FitProblem::objective(const FitPoint& point, std::size_t left_out) const {
  double errors = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    errors += i == left_out ? 0 : robust_square(point.errors[i]);
  }
  double moved = 0;
  for (std::size_t j = 0; j < constants_.size(); ++j) {
    moved += (point.x[j] - start_[j]) * (point.x[j] - start_[j]);
  }
  return errors / static_cast<double>(rows_.size() - (left_out == kNoRow ? 0 : 1)) + kPrior * moved;
}

void FitProblem::normal_equations(const FitPoint& point, std::size_t left_out,
                                  std::vector<double>& curvature,
                                  std::vector<double>& gradient) const {
  const std::size_t width = constants_.size();
  const double count = static_cast<double>(rows_.size() - (left_out == kNoRow ? 0 : 1));
  curvature.assign(width * width, 0);
  gradient.assign(width, 0);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i == left_out) {
      continue;
    }
    const double weight = robust_weight(point.errors[i]) / count;
    const double* slopes = &point.slopes[i * width];
    for (std::size_t j = 0; j < width; ++j) {
      gradient[j] += weight * slopes[j] * point.errors[i];
      for (std::size_t k = 0; k < width; ++k) {
        curvature[j * width + k] += weight * slopes[j] * slopes[k];
      }
    }
  }
  for (std::size_t j = 0; j < width; ++j) {
    curvature[j * width + j] += kPrior;
    gradient[j] += kPrior * (point.x[j] - start_[j]);
  }
}

}  // namespace calculon
