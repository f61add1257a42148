#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/strategy/reason.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// An infeasible configuration explained: what fills the tier that is too small, and which change
// of one setting comes closest to fitting.
struct WhyNot {
  struct Share {
    std::string_view what;
    double bytes;
  };
  struct Change {
    std::string_view setting;
    std::string from;
    std::string to;
    std::optional<Infeasible> remaining;  // nothing: it fits, and takes
    double total_time = 0;                // this long, in seconds
  };

  std::vector<Share> tier_shares;  // of the tier, for a memory shortfall; largest first
  std::optional<Change> nearest;   // nothing: no single change helps
};

// Tries every other value of every setting that leaves model, batch, datatype and degrees of
// parallelism as they are. `infeasible` is what evaluate() (model/evaluate.h) answered to the
// strategy. Of the changes that fit, the nearest is the one with the smallest batch time; if none
// fits, the one that lacks least of the same thing; of equals, the first setting and value.
WhyNot explain(const Transformer& transformer, const System& system, const Strategy& strategy,
               const Infeasible& infeasible);

}  // namespace calculon
