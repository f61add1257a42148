#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "calculon/base/parallel.h"
#include "planner/plan/layer_balancer.h"
#include "planner/plan/mixed_stage.h"
#include "planner/plan/plan_problem.h"
#include "planner/plan/stage_memory.h"
#include "planner/plan/type_layout.h"

namespace calculon {

// One stage of the plan that a walker stands at.
struct WalkedStage {
  // Of the device groups.
  std::int64_t first_gpu = 0;
  std::int64_t size = 0;
  std::int64_t odd_part = 1;  // the size without its factors of two, which only share out data
  int log_size = 0;           // the number of these factors
  int type = 0;               // of the first GPU
  bool mixed = false;
  double available_mb = 0;           // of all GPUs together (quirk H12)
  double pipeline_bytes_per_ms = 0;  // to the next stage
  double spread_gbps = 0;            // of any gradient reduction in a uniform stage; 0: it varies

  // Of the strategy and the number of microbatches.
  int log_data_par = 0;         // the factors of two in the data degree
  std::int64_t microbatch = 0;  // of a replica; the largest where they differ (quirk H25)
  double speed = 0;
  const MixedStage* mixed_stage = nullptr;  // if it is mixed, or its replicas differ
  const ProfileTable* profile = nullptr;    // else, as the next
  const ProfileTable* memory_profile = nullptr;
  double data_bytes_per_ms = 0;

  std::int64_t data_par() const { return odd_part << log_data_par; }
  std::int64_t tensor_par() const { return std::int64_t{1} << (log_size - log_data_par); }
  StageStrategy strategy() const { return {data_par(), tensor_par()}; }
};

// One attempt at a layer partition, for tests and explanations.
struct PartitionAttempt {
  std::span<const WalkedStage> stages;
  std::span<const double> capacities;
  std::span<const std::int32_t> partition;
  std::span<const double> available_mb;
  std::span<const double> needed_mb;
};

// What the search within one inter-stage plan counted.
struct WalkCounts {
  std::int64_t steps = 0;
  std::int64_t abandoned_steps = 0;  // after the last plan that fitted (quirk H9)
  bool abandoned = false;            // no move was left
};

// Walks the strategies of an inter-stage plan: from pure data parallelism towards more tensor
// parallelism, one stage and one halving at a time, until the layers fit at the first attempt.
// A walker belongs to one thread and one type sequence, and keeps what plans have in common.
class PlanWalker {
 public:
  PlanWalker(const PlanProblem& problem, const std::vector<int>& sequence);

  const TypeLayout& layout() const { return layout_; }
  std::span<const WalkedStage> stages() const { return stages_; }
  std::span<const std::int32_t> partition() const { return partition_; }
  std::int64_t micro_batches() const { return micro_batches_; }
  // The microbatch that a stage's replicas share.
  std::int64_t stage_batch() const { return stage_batch_; }

  void set_groups(const DeviceGroups& groups);
  void set_micro_batches(std::int64_t micro_batches);
  // For plans that are known: the strategies and partition of one.
  void set_plan(const HeteroPlan& plan);

  // Calls `accept` with the number of the attempt for each plan whose layers fit, until stopped.
  // Throws InputError where a profile is missing.
  template <class Accept>
  WalkCounts walk(const Accept& accept);

  // Memory of a stage with the layers of the partition.
  MemoryNeed memory_need(std::size_t stage);

  // If set: ends a walk early.
  const StopToken* stop = nullptr;

  // Called with every attempt, if set.
  std::function<void(const PartitionAttempt&)> on_attempt;

 private:
  inline static constexpr int kAttempts = 3;

  std::int64_t whole_microbatch(const WalkedStage& stage) const;
  std::int64_t start();
  bool move(std::span<const double> slack);
  bool move_largest();
  void halve_data(std::size_t stage);
  std::int64_t moves_left() const;
  bool is_valid(const WalkedStage& stage) const;
  void update(WalkedStage& stage);
  int try_partitions();
  bool fits();
  void rank_slack(std::span<double> slack) const;
  PartitionAttempt attempt() const;

  const PlanProblem& problem_;
  TypeLayout layout_;
  MixedStages mixed_stages_;
  LayerBalancer balancer_;
  CapacityAdjuster adjuster_;
  std::vector<WalkedStage> stages_;
  std::int64_t micro_batches_ = 1;
  std::int64_t stage_batch_ = 1;
  bool valid_ = true;
  int failed_attempts_ = 0;  // of the strategy that did not fit
  std::vector<double> capacities_;
  std::vector<std::int32_t> partition_;
  std::vector<double> available_mb_;
  std::vector<double> needed_mb_;
  std::vector<double> slack_;
  std::vector<double> first_slack_;
};

template <class Accept>
WalkCounts PlanWalker::walk(const Accept& accept) {
  const bool improved = problem_.options.search == SearchOrder::kImproved;
  WalkCounts counts;
  std::int64_t steps = start();
  while (valid_) {
    if (stop && *stop) {
      return counts;
    }
    const int fitting_attempt = try_partitions();
    steps += fitting_attempt > 0 ? fitting_attempt - 1 : failed_attempts_;
    if (fitting_attempt > 0) {
      accept(fitting_attempt);
      counts.steps += steps;
      steps = 0;
      if (fitting_attempt == 1) {
        return counts;
      }
    }
    // The first attempt failed. The improved search goes on where that lacked most memory, the
    // naive one where the attempt that fitted has least left, if one did.
    ++steps;
    const bool moved = improved              ? move(first_slack_)
                       : fitting_attempt > 0 ? move(slack_)
                                             : move_largest();
    if (!moved) {
      counts.abandoned_steps = steps;
      counts.abandoned = true;
      return counts;
    }
  }
  // Degrees and microbatches only grow from here on: none of the moves left makes it valid.
  counts.abandoned_steps = steps + moves_left() + 1;
  counts.abandoned = true;
  return counts;
}

}  // namespace calculon
