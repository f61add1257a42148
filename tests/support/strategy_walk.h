#pragma once

#include <functional>
#include <vector>

#include "calculon/strategy/strategy.h"

namespace calculon::test {

// Every consistent set of block choices of the tiny transformer (support/tiny.h) whose tensor
// degree divides `num_procs`.
std::vector<BlockChoices> all_block_choices(std::int64_t num_procs);

// Calls `visit` with every strategy on `num_procs` processors that has these block choices,
// contradicts nothing and fits the tiny transformer's blocks.
void for_each_schedule(const BlockChoices& choices, std::int64_t num_procs,
                       const std::function<void(const Strategy&)>& visit);

// All settings on one line, for messages.
std::string strategy_text(const Strategy& strategy);

}  // namespace calculon::test
