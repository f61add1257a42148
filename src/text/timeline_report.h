#pragma once

#include <string>

#include "calculon/planner/plan/hetero_plan.h"

namespace calculon {

// A plan's iteration as a Chrome trace, for Perfetto and chrome://tracing: a row per stage with a
// bar for each microbatch, forward and backward together as profiles have them, then what follows
// the pipeline. The last bar ends at the plan's cost.
std::string timeline_text(const HeteroPlan& plan, const PlanDetails& details);

}  // namespace calculon
