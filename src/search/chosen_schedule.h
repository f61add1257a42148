#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "batch/batch_shape.h"
#include "batch/memory_plan.h"
#include "calculon/block/block_profile.h"
#include "calculon/strategy/reason.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "search/degrees.h"
#include "search/memory_checks.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"
#include "search/system_parts.h"

namespace calculon {

// The schedule that a walker has arrived at, chosen level by level from the outside, and what
// follows from it, each worked out when it is asked for first. A choice forgets what depends on
// it; values of levels further inside are left from earlier until they are chosen, too.
class ChosenSchedule {
 public:
  // All of them have to outlive this; the cache has begun with the block settings that are chosen.
  ChosenSchedule(const Transformer& transformer, const NumberedSystem& system,
                 ProfileCache& profiles)
      : transformer_(transformer), system_(system), profiles_(profiles) {}

  // `first` is the first placement that is possible, if one is.
  void choose_degrees(const Degrees& degrees, const BlockSettings& block,
                      const std::optional<Placement>& first);
  // The numbers of these among those of the degrees, and of the memory settings among those of the
  // block. REQUIRE a possible placement.
  void choose_microbatch(std::size_t number);
  void choose_interleaving(std::size_t number);
  void choose_memory(std::size_t number);

  // Tiers, and the settings of the exchange between replicas, are for the walker to set.
  Strategy& strategy() { return strategy_; }
  const BatchShape& shape() { return batch().shape; }
  const OptimizerProfile& optimizer();
  // The checks that depend neither on the tiers nor on capacities.
  void check(CheckedSchedule& checked);

 private:
  // One microbatch size under one interleaving.
  struct Batch {
    explicit Batch(const BatchShape& of) : shape(of) {}

    BatchShape shape;
    std::optional<PipelineSpaces> memory[2];  // [optimizer_sharding]
  };
  Batch& batch();
  const PipelineSpaces& memory();

  const Transformer& transformer_;
  const NumberedSystem& system_;
  ProfileCache& profiles_;

  Strategy strategy_;
  // Of the degrees and the block settings.
  const Degrees* degrees_ = nullptr;
  const BlockSettings* block_settings_ = nullptr;
  Tiers first_tiers_{};
  std::int64_t blocks_ = 0;                     // on a processor
  const OptimizerProfile* optimizers_[2] = {};  // [optimizer_sharding]
  std::optional<std::size_t> memory_number_;
  // Of the microbatch.
  std::optional<Infeasible> wrong_split_;
  const BlockProfile* first_profile_ = nullptr;  // on the first placement
  std::optional<Batch> batch_;
};

}  // namespace calculon
