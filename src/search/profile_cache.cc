#include "search/profile_cache.h"

namespace calculon {

// The lists are short (microbatch sizes times tiers), so they are searched from end to end.

const BlockProfile& ProfileCache::block(std::int64_t microbatch, const Nets& nets) {
  Strategy strategy;
  static_cast<BlockChoices&>(strategy) = choices_;
  StrategySpace::apply(nets, strategy);
  strategy.microbatch_size = microbatch;
  const BlockChoices& choices = strategy;
  for (const BlockProfile& block : blocks_) {
    if (block.choices == choices) {
      return block;
    }
  }
  blocks_.push_back(profile_block(transformer_, system_, choices));
  return blocks_.back();
}

const OptimizerStats& ProfileCache::optimizer(std::int64_t shards) {
  for (const OptimizerEntry& entry : optimizers_) {
    if (entry.shards == shards) {
      return entry.stats;
    }
  }
  optimizers_.push_back({shards, profile_optimizer(transformer_, system_, choices_, shards)});
  return optimizers_.back().stats;
}

}  // namespace calculon
