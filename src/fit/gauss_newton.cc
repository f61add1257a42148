#include "fit/gauss_newton.h"

#include <algorithm>
#include <cmath>

#include "base/interrupted.h"

namespace calculon {
namespace {

// The solution of a positive definite system over the unknowns that are `free`, by elimination; the
// others are 0.
std::vector<double> solve(std::vector<double> matrix, std::vector<double> right,
                          const std::vector<bool>& free) {
  const std::size_t n = right.size();
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t i = p + 1; free[p] && i < n; ++i) {
      const double factor = free[i] ? matrix[i * n + p] / matrix[p * n + p] : 0;
      for (std::size_t k = p; k < n; ++k) {
        matrix[i * n + k] -= factor * matrix[p * n + k];
      }
      right[i] -= factor * right[p];
    }
  }
  std::vector<double> solution(n, 0);
  for (std::size_t p = n; p-- > 0;) {
    if (free[p]) {
      double rest = right[p];
      for (std::size_t k = p + 1; k < n; ++k) {
        rest -= matrix[p * n + k] * solution[k];
      }
      solution[p] = rest / matrix[p * n + p];
    }
  }
  return solution;
}

// The step to try: what would leave its bounds from there is held and the rest solved again.
std::vector<double> trial_step(const FitProblem& problem, const std::vector<double>& x,
                               const std::vector<double>& damped,
                               const std::vector<double>& downhill) {
  std::vector<bool> free(x.size(), true);
  for (;;) {
    std::vector<double> step = solve(damped, downhill, free);
    bool held = false;
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (free[j] && ((step[j] < 0 && x[j] <= problem.lower(j)) ||
                      (step[j] > 0 && x[j] >= problem.upper(j)))) {
        free[j] = false;
        held = true;
      }
    }
    if (!held) {
      return step;
    }
  }
}

struct Damping {
  static constexpr double kLeast = 1e-6;
  double value = 1e-2;

  void ease() { value = std::max(value / 3, kLeast); }
  void tighten() { value *= 4; }
};

// The first point downhill that some damping leads to; false if none does.
bool descend(const FitProblem& problem, std::size_t left_out, Damping& damping,
             GaussNewtonResult& at) {
  constexpr int kTrials = 12;
  constexpr double kLongest = 0.7;
  std::vector<double> curvature;
  std::vector<double> gradient;
  problem.normal_equations(at.point, left_out, curvature, gradient);
  const std::size_t width = gradient.size();
  std::transform(gradient.begin(), gradient.end(), gradient.begin(), std::negate<>());
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> damped = curvature;
    for (std::size_t j = 0; j < width; ++j) {
      damped[j * width + j] *= 1 + damping.value;
    }
    const std::vector<double> step = trial_step(problem, at.point.x, damped, gradient);
    std::vector<double> x = at.point.x;
    for (std::size_t j = 0; j < width; ++j) {
      x[j] = std::clamp(x[j] + std::clamp(step[j], -kLongest, kLongest), problem.lower(j),
                        problem.upper(j));
    }
    FitPoint point = problem.point(std::move(x));
    const double objective = problem.objective(point, left_out);
    if (objective < at.objective) {
      at.point = std::move(point);
      at.objective = objective;
      damping.ease();
      return true;
    }
    damping.tighten();
  }
  return false;
}

}  // namespace

GaussNewtonResult minimize(const FitProblem& problem, FitPoint from, std::size_t left_out,
                           const std::atomic<bool>& stop) {
  constexpr int kMostIterations = 60;
  constexpr double kLeastGain = 1e-7;
  GaussNewtonResult at{std::move(from), 0, 0};
  at.objective = problem.objective(at.point, left_out);
  Damping damping;
  while (at.iterations < kMostIterations) {
    if (stop.load(std::memory_order_relaxed)) {
      throw Interrupted();
    }
    if (at.point.slopes.empty()) {
      problem.find_slopes(at.point);
    }
    const double before = at.objective;
    if (!descend(problem, left_out, damping, at)) {
      break;
    }
    ++at.iterations;
    if (before - at.objective < kLeastGain * before) {
      break;
    }
  }
  return at;
}

}  // namespace calculon
