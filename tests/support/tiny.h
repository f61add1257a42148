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

// The same for a mixture of 4 experts: a machine with all-to-all, and an execution on 8 processors
// with 2 of each parallelism and 1 replica of the experts.
std::string tiny_moe_system_text();
std::string tiny_moe_strategy_text();

Transformer tiny_transformer();
System tiny_system(ProcessingMode mode = ProcessingMode::kNoOverlap);
System tiny_moe_system(ProcessingMode mode = ProcessingMode::kNoOverlap);
Strategy tiny_strategy();
Strategy tiny_moe_strategy();

}  // namespace calculon::test
