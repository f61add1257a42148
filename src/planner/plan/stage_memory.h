#pragma once

#include <span>
#include <vector>

namespace calculon {

// A stage without layers needs this much, MB, so that nothing is divided by 0.
inline constexpr double kLeastNeedMb = 0.001;
// What layers need beyond what was profiled, as the published planner has it.
inline constexpr double kMemoryFactor = 5;

// Moves capacity from stages that lack memory to those that have some left, in place. Returns
// whether they have enough; if not, `capacities` is left in an unspecified state.
class CapacityAdjuster {
 public:
  bool adjust(std::span<double> capacities, std::span<const double> available_mb,
              std::span<const double> needed_mb);

 private:
  std::vector<double> base_;  // what a stage keeps
  std::vector<double> room_;  // what it could take
  std::vector<double> extra_;
  std::vector<double> shares_;
};

}  // namespace calculon
