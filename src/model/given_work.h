#pragma once

#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// The matrix products of a model as it is given: of its own number of blocks and of the experts
// that a token is sent to, whatever an execution makes of them. What repetition, rounding and
// quirks add or lose is not in them, nor is the work of the vector engine.
struct GivenWork {
  // Forward flops of one block for one sequence.
  double attention = 0;  // with the full square of scores as published (quirk A8)
  double router = 0;
  double mlp = 0;  // or the experts

  double block() const { return attention + router + mlp; }
};

// None of these asks for more of a strategy than that it is one of the model.
GivenWork given_work(const Transformer& transformer, const BlockChoices& choices);
// Flops of a sequence in all blocks, with both backward passes if training.
double given_flops_of_sequence(const Transformer& transformer, const BlockChoices& choices);

// Flops per second that a processor needs to do its share in time, and what it has at most.
struct NeededRate {
  double needed = 0;
  double peak = 0;

  double utilization() const { return needed / peak; }
  // No machine does more than its peak; rounding may seem to.
  bool impossible() const { return needed > peak * (1 + 1e-9); }
};

// For batches in which `sample_rate` sequences a second pass. Throws InputError if the system lacks
// the datatype.
NeededRate needed_rate(const Transformer& transformer, const System& system,
                       const Strategy& strategy, double sample_rate);

}  // namespace calculon
