#pragma once

#include <string_view>

#include "calibrated/machine.h"
#include "calibrated/rank_shape.h"

namespace calculon {

// What a block sends: one operation of a group, with its time before anything hides it, and how
// often a pass has it.
struct Exchange {
  std::string_view name;
  double bytes = 0;
  double ranks = 1;
  bool crosses = false;  // domains
  double seconds = 0;
  double times = 0;

  double per_pass() const { return times * seconds; }
};

// Elements of the hidden state that a rank's experts get of a microbatch.
inline double routed_hidden(const RankShape& s) {
  return s.tokens * s.expert_tensor / s.tensor * s.top_k * s.hidden;
}

// Of a tensor group (section 9.4): two all-reduces a pass, or four halves of one. In a block with
// experts half of it is left, and the group of an expert has two of its own.
Exchange tensor_exchange(const RankShape& shape, const RankChoices& choices, const Machine& machine,
                         const RankPlacement& placement, bool experts);
Exchange expert_tensor_exchange(const RankShape& shape, const Machine& machine,
                                const RankPlacement& placement);

// Keys and values that go round a context group (section 9.5); backward sends twice as much.
Exchange context_exchange(const RankShape& shape, const Machine& machine,
                          const RankPlacement& placement, bool backward);

// Tokens on their way to experts, and back (section 9.6).
Exchange token_exchange(const RankShape& shape, const RankChoices& choices, const Machine& machine,
                        const RankPlacement& placement);

}  // namespace calculon
