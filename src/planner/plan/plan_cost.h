#pragma once

#include <limits>

#include "planner/plan/plan_walker.h"

namespace calculon {

enum class CostKind { kCosted, kAboveBound, kNotCostable };

struct PlanCost {
  CostKind kind = CostKind::kCosted;
  double milliseconds = 0;  // if costed
};

// The estimated time of an iteration of the plan that `walker` stands at, of which the first
// `stages_charged` stages count. A plan that certainly costs more than `bound` is not costed to the
// end. `details`, if any, gets the parts.
PlanCost plan_cost(const PlanProblem& problem, PlanWalker& walker, std::size_t stages_charged,
                   double bound = std::numeric_limits<double>::infinity(),
                   PlanDetails* details = nullptr);

}  // namespace calculon
