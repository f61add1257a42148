#pragma once

#include <cstdint>
#include <vector>

#include "batch/pipeline.h"
#include "calculon/base/parallel.h"
#include "calculon/block/block_profile.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "search/degrees.h"
#include "search/profile_cache.h"
#include "search/search_plan.h"
#include "search/system_parts.h"

namespace calculon {

// The tiers up to those of the pipeline, with the times of a stage that follow from them.
struct StageTimes {
  const StagePlan::StagePlacement* placement;
  const BlockProfile* block;
  PipelineTransfer transfer;
  BlockTimes bare;
  double rate_bound;  // no strategy with these reaches it, samples/s; infinite if that is not known
};

// The stages of one microbatch size.
struct MicrobatchStages {
  std::vector<StageTimes> timed;
  std::vector<const StagePlan::StagePlacement*> windowless;  // in which nothing can be offloaded
  std::int64_t num_placements = 0;                           // of those that are timed
  double rate_bound = 0;                                     // the largest of them
};

// Times the stages of some degrees. `choices` are those of the block, with the microbatch size.
// Not whole if it was stopped. Throws InputError as ProfileCache does, whose conditions hold.
MicrobatchStages time_stages(const Transformer& transformer, const NumberedSystem& system,
                             const Degrees& degrees, const StagePlan& placements, Strategy choices,
                             ProfileCache& profiles, const StopToken& stop);

}  // namespace calculon
