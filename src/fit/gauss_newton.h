#pragma once

#include <atomic>

#include "fit/fit_problem.h"

namespace calculon {

// Where a search for the least objective ended.
struct GaussNewtonResult {
  FitPoint point;  // without slopes, unless the search ended at once
  double objective = 0;
  int iterations = 0;
};

// Damped Gauss-Newton from a point whose slopes may be known (section 17): deterministic, and the
// objective never rises. Throws Interrupted once `stop` is set.
GaussNewtonResult minimize(const FitProblem& problem, FitPoint from, std::size_t left_out,
                           const std::atomic<bool>& stop);

}  // namespace calculon
