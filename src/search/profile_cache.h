#pragma once

#include <compare>
#include <cstdint>
#include <map>

#include "calculon/block/block_profile.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "search/search_settings.h"
#include "search/system_parts.h"

namespace calculon {

// The profiles of one thread for the block choices it is working on: they differ in microbatch and
// network tiers only, and serve all systems that are alike where it matters. Made when first asked
// for; forgotten when the choices change. Not for several threads at once: each has its own, so
// that none waits for another.
class ProfileCache {
 public:
  // Begins with other choices. `transformer` has to live as long as these are used.
  void begin(const Transformer& transformer, const BlockChoices& choices) {
    transformer_ = &transformer;
    choices_ = choices;
    blocks_.clear();
    optimizers_.clear();
  }

  // The profile of a block with this microbatch and these tiers; that of the optimizer step with
  // its state split like this. References stay good until begin(). REQUIRES begin(), and systems
  // with the same processor, numbered by the same SystemParts, since then. Throws InputError if a
  // curve of the system does not cover a size.
  const BlockProfile& block(const NumberedSystem& system, std::int64_t microbatch,
                            const Tiers& tiers);
  // One with this microbatch on whichever networks; null if there is none yet.
  const BlockProfile* any_block(std::int64_t microbatch) const;
  const OptimizerProfile& optimizer(const NumberedSystem& system, const OptimizerShards& shards);

 private:
  struct BlockKey {
    std::int64_t microbatch;
    Tiers tiers;     // of a block's traffic; 0 for the others
    Tiers networks;  // their numbers

    friend auto operator<=>(const BlockKey&, const BlockKey&) = default;
  };

  const Transformer* transformer_ = nullptr;
  BlockChoices choices_;
  std::map<BlockKey, BlockProfile> blocks_;
  std::map<OptimizerShards, OptimizerProfile> optimizers_;
};

}  // namespace calculon
