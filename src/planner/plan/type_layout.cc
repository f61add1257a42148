#include "planner/plan/type_layout.h"

#include <algorithm>

namespace calculon {

TypeLayout::TypeLayout(const PlanProblem& problem, std::vector<int> sequence)
    : problem_(problem), sequence_(std::move(sequence)) {
  std::int64_t end = 0;
  for (const int type : sequence_) {
    end += problem.gpus_of_type[static_cast<std::size_t>(type)];
    ends_.push_back(end);
    for (const std::int64_t gpus : problem.node_gpus[static_cast<std::size_t>(type)]) {
      node_ends_.push_back((node_ends_.empty() ? 0 : node_ends_.back()) + gpus);
    }
  }
}

bool TypeLayout::in_one_node(std::int64_t first, std::int64_t last) const {
  if (const std::int64_t node = problem_.gpus_per_node; node > 0) {
    return first / node == last / node;
  }
  return last < *std::upper_bound(node_ends_.begin(), node_ends_.end(), first);
}

std::int64_t TypeLayout::count(int type, std::int64_t first, std::int64_t size) const {
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < sequence_.size(); ++i) {
    if (sequence_[i] == type) {
      return std::max<std::int64_t>(0, std::min(ends_[i], first + size) - std::max(begin, first));
    }
    begin = ends_[i];
  }
  return 0;
}

TypeMask TypeLayout::types_of(std::int64_t first, std::int64_t size) const {
  TypeMask mask = 0;
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < sequence_.size(); ++i) {
    if (begin < first + size && ends_[i] > first) {
      mask |= TypeMask{1} << sequence_[i];
    }
    begin = ends_[i];
  }
  return mask;
}

double TypeLayout::pipeline_gbps(std::int64_t first, std::int64_t size) const {
  if (in_one_node(first, first + size - 1)) {
    return problem_.intra_gbps[static_cast<std::size_t>(type_of(first))];
  }
  return problem_.inter_gbps(types_of(first, size));
}

// The slowest link among `count` GPUs, `stride` apart.
double TypeLayout::group_gbps(std::int64_t first, std::int64_t stride, std::int64_t count) const {
  const std::int64_t last = first + stride * (count - 1);
  if (in_one_node(first, last)) {
    return problem_.intra_gbps[static_cast<std::size_t>(type_of(first))];
  }
  TypeMask mask = 0;
  for (std::int64_t gpu = first; gpu <= last; gpu += stride) {
    mask |= TypeMask{1} << type_of(gpu);
  }
  return problem_.inter_gbps(mask);
}

double TypeLayout::spread_gbps(std::int64_t first, std::int64_t size) const {
  const int type = type_of(first);
  const double intra = problem_.intra_gbps[static_cast<std::size_t>(type)];
  if (in_one_node(first, first + size - 1)) {
    return intra;
  }
  // Groups interleave, so the first or the last one spans nodes; another one that does not can be
  // slower only if nodes are slower inside than between each other.
  const double inter = problem_.inter_gbps(TypeMask{1} << type);
  return inter <= intra ? inter : 0;
}

double TypeLayout::data_gbps(std::int64_t first, std::int64_t size,
                             const StageStrategy& strategy) const {
  const std::int64_t members = reducing_gpus(strategy);
  const std::int64_t groups = size / members;
  double slowest = group_gbps(first, groups, members);
  for (std::int64_t group = 1; group < groups; ++group) {
    slowest = std::min(slowest, group_gbps(first + group, groups, members));
  }
  return slowest;
}

}  // namespace calculon
