#pragma once

#include <cstdint>
#include <vector>

#include "planner/plan/plan_problem.h"

namespace calculon {

// Where GPUs and nodes stand when the types come one after the other in a given sequence, and what
// the links between them carry. This is a relabelling: the hostfile's order plays no role.
class TypeLayout {
 public:
  TypeLayout(const PlanProblem& problem, std::vector<int> sequence);

  const std::vector<int>& sequence() const { return sequence_; }
  int first_type() const { return sequence_.front(); }

  int type_of(std::int64_t gpu) const {
    std::size_t position = 0;
    while (gpu >= ends_[position]) {
      ++position;
    }
    return sequence_[position];
  }
  // How many of the GPUs [first, first + size) are of a type.
  std::int64_t count(int type, std::int64_t first, std::int64_t size) const;
  TypeMask types_of(std::int64_t first, std::int64_t size) const;

  // Between neighbouring stages that hold these GPUs together, GB/s.
  double pipeline_gbps(std::int64_t first, std::int64_t size) const;
  // Among those of any group of several GPUs of a stage that holds one type; 0 if groups differ.
  double spread_gbps(std::int64_t first, std::int64_t size) const;
  // How many GPUs reduce together in a stage. Quirk H17: those that share a tensor, instead of
  // those that share out data.
  std::int64_t reducing_gpus(const StageStrategy& strategy) const {
    return problem_.fixed() ? strategy.data_par : strategy.tensor_par;
  }
  // Among the GPUs of a stage that reduce gradients together, GB/s.
  double data_gbps(std::int64_t first, std::int64_t size, const StageStrategy& strategy) const;

 private:
  bool in_one_node(std::int64_t first, std::int64_t last) const;
  double group_gbps(std::int64_t first, std::int64_t stride, std::int64_t count) const;

  const PlanProblem& problem_;
  std::vector<int> sequence_;
  std::vector<std::int64_t> ends_;       // of each type of the sequence, in GPUs
  std::vector<std::int64_t> node_ends_;  // of each node, where nodes differ
};

}  // namespace calculon
