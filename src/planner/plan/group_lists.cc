#include "planner/plan/group_lists.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace calculon {

void for_each_group_list(const PlanProblem& problem,
                         const std::function<bool(const GroupList&)>& visit) {
  const GroupRules rules = problem.group_rules();
  std::vector<int> sequence(problem.types.size());
  std::iota(sequence.begin(), sequence.end(), 0);
  std::int64_t sequence_number = 0;
  std::int64_t number = 0;
  const auto block = [&](std::int64_t num_stages, std::int64_t num_charged) {
    return for_each_device_groups(rules, num_stages, [&](const DeviceGroups& groups) {
      return visit(
          {sequence, sequence_number, groups, static_cast<std::size_t>(num_charged), number++});
    });
  };
  do {
    // Quirk H7: every type sequence but the first begins with the plans of two stages, charged for
    // one, instead of those of one stage.
    const bool ghosts = sequence_number > 0 && !problem.fixed();
    if (!block(ghosts ? 2 : 1, 1)) {
      return;
    }
    for (std::int64_t num_stages = 2; num_stages <= problem.most_stages(); ++num_stages) {
      if (!block(num_stages, num_stages)) {
        return;
      }
    }
    ++sequence_number;
  } while (std::next_permutation(sequence.begin(), sequence.end()));
}

std::int64_t num_group_lists(const PlanProblem& problem) {
  constexpr double kMost = 1e15;
  const GroupRules rules = problem.group_rules();
  const auto lists = [&](std::int64_t fewest_stages, std::int64_t most_stages) {
    return num_device_groups(rules, fewest_stages, most_stages, kMost);
  };
  const double sequences = std::tgamma(static_cast<double>(problem.types.size()) + 1);
  double count = sequences * lists(1, problem.most_stages());
  if (!problem.fixed()) {  // quirk H7
    count += (sequences - 1) * (lists(2, 2) - lists(1, 1));
  }
  return std::llround(std::min(count, kMost));
}

}  // namespace calculon
