#pragma once

#include "calculon/batch/published_evaluator.h"
#include "calculon/hardware/system.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/outcome.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The door to the models: who wants the answer to a whole strategy asks here. The
// model is chosen by the strategy's preset. Both presets of today are the published model (folders
// block and batch).
//
// An Evaluator answers one strategy after the other for the same transformer and system, and
// remembers what strategies with equal block choices share. One thread at a time.
class Evaluator {
 public:
  // Both have to live as long as the evaluator is used.
  Evaluator(const Transformer& transformer, const System& system);

  // From the inputs to the answer: all checks that follow reading, in the order of the preset, and
  // the model. Throws InputError for what does not suit the model or the system, for a reason that
  // is_wrong_input(), and for a result past the range of a double.
  Outcome<Stats> evaluate(const StrategyFile& execution);
  Outcome<Stats> evaluate(const Strategy& strategy);

  // The same without the checks, and every reason comes back as such: for searches. REQUIRES a
  // strategy without contradiction (strategy.h) that suits model and system (placement.h).
  Outcome<Stats> answer(const Strategy& strategy);

  // What a strategy keeps in memory tier 1 or 2, in bytes: the rows that are memory parts; other
  // statistics are 0. REQUIRES what answer() does, but the strategy need not fit.
  Stats tier_parts(const Strategy& strategy, int tier);

 private:
  PublishedEvaluator published_;
};

// The answer to one strategy, by an Evaluator that lives no longer.
Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const StrategyFile& execution);
Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const Strategy& strategy);

}  // namespace calculon
