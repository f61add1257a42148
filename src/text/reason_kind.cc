#include "text/reason_kind.h"

#include <fmt/format.h>

namespace calculon {

std::string reason_kind(const Infeasible& infeasible) {
  switch (infeasible.reason) {
    case Reason::kNetworkTooSmall:
      return fmt::format("network tier {} is too small", infeasible.network);
    case Reason::kNetworkNotFilled:
      return fmt::format("network tier {} must be filled", infeasible.network);
    case Reason::kInterleavingTooLarge:
    case Reason::kInterleavingNotDivisor:
      return "pipeline interleaving";
    case Reason::kOffloadNeedsThreeBlocks:
      return "offloading needs at least";
    case Reason::kTier1Capacity:
      return "memory tier 1 is too small";
    case Reason::kTier2Capacity:
      return "memory tier 2 is too small";
    case Reason::kSplitNotDivisor:
    case Reason::kTokensNotDivided:
      return "tensor parallelism";
    case Reason::kNegativeActivations:
    case Reason::kNoAttention:
    case Reason::kNoOffloadWindow:
      break;
  }
  return describe(infeasible);  // these have no numbers
}

}  // namespace calculon
