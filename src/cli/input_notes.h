#pragma once

#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "cli/console.h"

namespace calculon {

// Every command that computes something from these files calls one of these, once it has read them.

// Tells what of a model the published one leaves out of its answers to `choices`.
void tell_model_notes(const Transformer& transformer, const BlockChoices& choices,
                      Console& console);
// Tells what one has to know of a system, which is called as the file it was read from.
void tell_system_notes(const System& system, Console& console);

}  // namespace calculon
