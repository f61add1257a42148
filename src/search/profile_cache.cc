#include "search/profile_cache.h"

namespace calculon {
namespace {

// What the tiers of a block's traffic are on a system.
Tiers networks_of_block(const PartNumbers& parts, const Tiers& tiers) {
  Tiers networks{};
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    if (kTierSettings[i].level == Level::kBlock) {
      networks[i] = static_cast<std::int32_t>(parts.networks[static_cast<std::size_t>(tiers[i])]);
    }
  }
  return networks;
}

}  // namespace

const BlockProfile& ProfileCache::block(const NumberedSystem& system, std::int64_t microbatch,
                                        const Tiers& tiers) {
  const BlockKey key = {microbatch, tiers_up_to(Level::kBlock, tiers),
                        networks_of_block(system.parts, tiers)};
  auto entry = blocks_.lower_bound(key);
  if (entry == blocks_.end() || entry->first != key) {
    Strategy strategy;
    static_cast<BlockChoices&>(strategy) = choices_;
    set_all(tiers, strategy);
    strategy.microbatch_size = microbatch;
    entry =
        blocks_.emplace_hint(entry, key, profile_block(*transformer_, *system.system, strategy));
  }
  return entry->second;
}

const BlockProfile* ProfileCache::any_block(std::int64_t microbatch) const {
  const auto entry = blocks_.lower_bound({microbatch, {}, {}});
  return entry == blocks_.end() || entry->first.microbatch != microbatch ? nullptr : &entry->second;
}

const OptimizerProfile& ProfileCache::optimizer(const NumberedSystem& system,
                                                const OptimizerShards& shards) {
  auto entry = optimizers_.lower_bound(shards);
  if (entry == optimizers_.end() || entry->first != shards) {
    entry = optimizers_.emplace_hint(
        entry, shards, profile_optimizer(*transformer_, *system.system, choices_, shards));
  }
  return entry->second;
}

}  // namespace calculon
