#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "planner/plan/plan_problem.h"
#include "planner/plan/type_layout.h"

namespace calculon {

// What a stage needs and has.
struct MemoryNeed {
  double available_mb = 0;
  double needed_mb = 0;

  double slack_mb() const { return available_mb - needed_mb; }
};

// What a replica runs: a batch that is no power of two is several that are, the largest first.
using ReplicaProfiles = std::vector<const ProfileTable*>;

// Its time over a slice of layers.
inline double replica_ms(std::span<const ProfileTable* const> replica, std::size_t begin,
                         std::size_t end) {
  double milliseconds = 0;
  for (const ProfileTable* table : replica) {
    milliseconds += table->time_ms(begin, end);
  }
  return milliseconds;
}

// A stage that holds several types of GPU, each replica of which gets a batch of its own; put
// right, also one of a single type whose replicas cannot share its batch evenly (quirk H25).
class MixedStage {
 public:
  double speed = 0;      // 1 / time of the slowest replica over all layers
  bool costable = true;  // no replica's batch has a part larger than may be planned with
  double data_gbps = 0;
  double gap_ms = 0;  // the longest of its types; NaN if one is not known

  // What the replicas run, each kind once, without those that have nothing to do.
  std::vector<ReplicaProfiles> replicas;

  // Time of one microbatch over layers [begin, end).
  double stage_ms(std::size_t begin, std::size_t end) const {
    double slowest = 0;
    for (const ReplicaProfiles& replica : replicas) {
      slowest = std::max(slowest, replica_ms(replica, begin, end));
    }
    return slowest;
  }
};

// Splits `batch` over the replicas of the GPUs [first, first + size): in proportion to the speed of
// each replica's first GPU (quirk H11) at batch 1.
std::vector<std::int64_t> split_batch(const PlanProblem& problem, const TypeLayout& layout,
                                      std::int64_t first, std::int64_t size,
                                      const StageStrategy& strategy, std::int64_t batch);

// The mixed stages of one type sequence, each worked out once.
class MixedStages {
 public:
  MixedStages(const PlanProblem& problem, const TypeLayout& layout)
      : problem_(problem), layout_(layout) {}

  // `batch` is the microbatch of the whole stage. Throws InputError where a profile is missing.
  const MixedStage& stage(std::int64_t first, std::int64_t size, const StageStrategy& strategy,
                          std::int64_t batch);

  // Memory of such a stage as the published planner has it: the batch is split over the whole
  // cluster (quirk H15), all replicas have the memory of the sequence's first type (quirk H14) and
  // are held against that of all GPUs together (quirk H12).
  double needed_mb(const StageStrategy& strategy, std::int64_t batch, std::size_t begin,
                   std::size_t end);
  // With these put right: of the GPU that has the least room left.
  MemoryNeed tightest_gpu(const MixedStage& stage, std::size_t begin, std::size_t end) const;

 private:
  struct Demand {
    ReplicaProfiles additions;     // of all replicas, in their order
    std::vector<double> of_slice;  // filled when asked for; NaN before
  };
  struct Key {
    std::int64_t first;
    std::int64_t data_par;
    std::int64_t tensor_par;
    std::int64_t batch;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  MixedStage make(std::int64_t first, std::int64_t size, const StageStrategy& strategy,
                  std::int64_t batch) const;

  const PlanProblem& problem_;
  const TypeLayout& layout_;
  std::unordered_map<Key, MixedStage, KeyHash> stages_;
  std::unordered_map<Key, Demand, KeyHash> demands_;
};

}  // namespace calculon
