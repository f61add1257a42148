#pragma once

#include <string>

#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon::test {

// A model, a machine and an execution small enough to try everything on: 12 blocks that can be
// split over 2, 3, 4, 6, 8 and 12 processors, two network tiers, an execution on one processor.
// The texts are those of valid files; the others are read from them.
std::string tiny_transformer_text();
std::string tiny_system_text();
std::string tiny_strategy_text();

Transformer tiny_transformer();
System tiny_system(ProcessingMode mode = ProcessingMode::kNoOverlap);
Strategy tiny_strategy();

}  // namespace calculon::test
