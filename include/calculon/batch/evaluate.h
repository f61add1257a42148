#pragma once

#include "calculon/batch/stats.h"
#include "calculon/block/block_profile.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/outcome.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The schedule of one batch over a prepared block profile and optimizer profile (one with the
// schedule's optimizer_shards()): arithmetic on plain numbers, nothing is allocated. The strategy
// is taken as checked (strategy.h, placement.h). Infeasible are rules I6 and I7 and, as
// Reason::kNoOffloadWindow, rule U72 (quirk G3). Throws InputError if a curve does not cover a
// size.
Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const BlockProfile& block, const OptimizerStats& optimizer,
                        const ScheduleChoices& schedule);

// From the inputs to the answer: all checks that follow reading, in their published order, the
// profiles and the schedule. Throws InputError, also for rule U72 and for a result past the range
// of a double.
Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const StrategyFile& execution);
Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const Strategy& strategy);

}  // namespace calculon
