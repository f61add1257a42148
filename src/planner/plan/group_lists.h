#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "planner/plan/plan_problem.h"

namespace calculon {

// A list of device groups in a type sequence; with each number of microbatches, which divide the
// batch, it is an inter-stage plan.
struct GroupList {
  const std::vector<int>& sequence;
  std::int64_t sequence_number;
  const DeviceGroups& groups;
  std::size_t stages_charged;
  std::int64_t number;
};

// Calls `visit` with all lists in the published order until it returns false.
void for_each_group_list(const PlanProblem& problem,
                         const std::function<bool(const GroupList&)>& visit);

// How many there are; fewer where counting them would take longer than a second.
std::int64_t num_group_lists(const PlanProblem& problem);

}  // namespace calculon
