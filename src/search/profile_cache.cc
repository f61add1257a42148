#include "search/profile_cache.h"

namespace calculon {

// The lists are short (microbatch sizes times tiers), so they are searched from end to end.

const BlockProfile& ProfileCache::block(std::int64_t microbatch, std::int64_t tensor_net) {
  for (const BlockEntry& entry : blocks_) {
    if (entry.microbatch == microbatch && entry.tensor_net == tensor_net) {
      return entry.profile;
    }
  }
  BlockChoices choices = choices_;
  choices.microbatch_size = microbatch;
  choices.tensor_par_net = tensor_net;
  blocks_.push_back({microbatch, tensor_net, profile_block(transformer_, system_, choices)});
  return blocks_.back().profile;
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
