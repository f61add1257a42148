#pragma once

#include "calculon/hardware/system.h"
#include "calculon/statistics/block_stats.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// Times of the traffic between experts, or between the slices of an expert. It is the same in base
// and edge blocks, and none of it is hidden (quirk M4).
struct ExpertTraffic {
  double fw_seconds = 0;
  double agrad_seconds = 0;
  double recomm_seconds = 0;
};

// A block profile: immutable, and good for every schedule of these block choices.
struct BlockProfile : BlockStats {
  BlockChoices choices;
  ExpertTraffic expert;                     // all-to-all
  ExpertTraffic slice;                      // all-gather and reduce-scatter
  double expert_weight_bytes = 0;           // of block_weight_space, replicated as experts are
  double pipeline_transfer_bytes = 0;       // handed to the next stage, if there is one
  double matrix_peak_flops_per_second = 0;  // what efficiencies are measured against
};

// Profiles one block (docs/model.md, "From layers to a block profile"). REQUIRES choices
// without contradiction (strategy.h) that suit the model (placement.h). Allocates nothing. Throws
// InputError if the system lacks the datatype or the tier, or a curve does not cover a size (U71).
BlockProfile profile_block(const Transformer& transformer, const System& system,
                           const BlockChoices& choices);
// The optimizer step of one block, its state split over `shards` processors; the same conditions.
OptimizerStats profile_optimizer(const Transformer& transformer, const System& system,
                                 const BlockChoices& choices, std::int64_t shards);

}  // namespace calculon
