#pragma once

#include <cstdint>
#include <deque>

#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/search/strategy_space.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The profiles of one thread for the block choices it is working on: they differ in microbatch and
// network tiers only. Made when first asked for; forgotten when the choices change.
class ProfileCache {
 public:
  ProfileCache(const Transformer& transformer, const System& system)
      : transformer_(transformer), system_(system) {}

  // Begins with other choices unless `key` is that of the last call.
  void use(std::int64_t key, const BlockChoices& choices) {
    if (key != key_) {
      key_ = key;
      choices_ = choices;
      blocks_.clear();
      optimizers_.clear();
    }
  }

  // References stay good until use() begins anew.
  const BlockProfile& block(std::int64_t microbatch, const Nets& nets);
  const OptimizerStats& optimizer(std::int64_t shards);

 private:
  struct OptimizerEntry {
    std::int64_t shards;
    OptimizerStats stats;
  };

  const Transformer& transformer_;
  const System& system_;
  std::int64_t key_ = -1;
  BlockChoices choices_;
  std::deque<BlockProfile> blocks_;
  std::deque<OptimizerEntry> optimizers_;
};

}  // namespace calculon
