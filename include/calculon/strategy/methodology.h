#pragma once

#include "calculon/base/field.h"

namespace calculon {

// Two published tools share one model and differ in a few places for the same execution. Each
// difference is a choice with a name; a preset is what one tool does. A corrected methodology would
// be another preset.
struct Methodology {
  // Which keys an execution and which names its statistics have, and which of the rules of
  // rejection apply.
  Dialect dialect;
  // Quirk C1: recomputation counters add the block's running totals, not the layer's own values.
  bool running_recompute_totals;
  // Activations are held for every microbatch in flight. Quirk M8: without it they are held for
  // one, and on a single stage for one block only.
  bool holds_microbatches_in_flight;

  bool operator==(const Methodology&) const = default;
};

inline constexpr Methodology kCalculon = {.dialect = Dialect::kDense,
                                          .running_recompute_totals = true,
                                          .holds_microbatches_in_flight = true};
inline constexpr Methodology kCalculonMoe = {.dialect = Dialect::kMoe,
                                             .running_recompute_totals = false,
                                             .holds_microbatches_in_flight = false};

}  // namespace calculon
