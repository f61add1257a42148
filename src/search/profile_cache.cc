#include "search/profile_cache.h"

namespace calculon {

const BlockProfile& ProfileCache::block(std::int64_t microbatch, const Tiers& tiers) {
  const BlockKey key = {microbatch, tiers_up_to(Level::kBlock, tiers)};
  auto entry = blocks_.lower_bound(key);
  if (entry == blocks_.end() || entry->first != key) {
    Strategy strategy;
    static_cast<BlockChoices&>(strategy) = choices_;
    set_all(tiers, strategy);
    strategy.microbatch_size = microbatch;
    entry = blocks_.emplace_hint(entry, key, profile_block(*transformer_, *system_, strategy));
  }
  return entry->second;
}

const OptimizerProfile& ProfileCache::optimizer(const OptimizerShards& shards) {
  auto entry = optimizers_.lower_bound(shards);
  if (entry == optimizers_.end() || entry->first != shards) {
    entry = optimizers_.emplace_hint(entry, shards,
                                     profile_optimizer(*transformer_, *system_, choices_, shards));
  }
  return entry->second;
}

}  // namespace calculon
