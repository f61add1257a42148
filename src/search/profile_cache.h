#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "search/search_settings.h"

namespace calculon {

// The profiles of one thread for the block choices it is working on: they differ in microbatch and
// network tiers only. Made when first asked for; forgotten when the choices change. Not for several
// threads at once: each has its own, so that none waits for another.
class ProfileCache {
 public:
  // Begins with other choices. `transformer` and `system` have to live as long as these are used.
  void begin(const Transformer& transformer, const System& system, const BlockChoices& choices) {
    transformer_ = &transformer;
    system_ = &system;
    choices_ = choices;
    blocks_.clear();
    optimizers_.clear();
  }

  // The profile of a block with this microbatch and these tiers; that of the optimizer step with
  // its state split like this. References stay good until begin(). REQUIRES begin(). Throws
  // InputError if a curve of the system does not cover a size.
  const BlockProfile& block(std::int64_t microbatch, const Tiers& tiers);
  const OptimizerProfile& optimizer(const OptimizerShards& shards);

 private:
  using BlockKey = std::pair<std::int64_t, Tiers>;  // microbatch and the tiers of a block's traffic

  const Transformer* transformer_ = nullptr;
  const System* system_ = nullptr;
  BlockChoices choices_;
  std::map<BlockKey, BlockProfile> blocks_;
  std::map<OptimizerShards, OptimizerProfile> optimizers_;
};

}  // namespace calculon
