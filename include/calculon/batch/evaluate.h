#pragma once

#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/outcome.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The schedule of one batch over a prepared block profile and optimizer profile (one with the
// schedule's optimizer_shards()): arithmetic on plain numbers, nothing is allocated. REQUIRES a
// strategy without contradiction (strategy.h) that suits model and system (placement.h). Infeasible
// are rules I6 and I7 and, as Reason::kNoOffloadWindow, rules U72 and ME7 (quirk G3). Throws
// InputError if a curve does not cover a size.
//
// This is the published model piece by piece, for searches that reuse profiles. Whole strategies
// are for model/evaluate.h.
Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const BlockProfile& block, const OptimizerProfile& optimizer,
                        const ScheduleChoices& schedule);

}  // namespace calculon
