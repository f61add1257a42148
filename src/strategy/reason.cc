#include "calculon/strategy/reason.h"

#include <fmt/format.h>

#include "calculon/base/quantity_text.h"

namespace calculon {

std::string describe(const Infeasible& infeasible) {
  const double needed = infeasible.needed;
  const double available = infeasible.available;
  const auto memory_line = [&](int tier) {
    return fmt::format("memory tier {} needs {} but has {} ({} too much)", tier,
                       quantity_text(needed, QuantityKind::kBytes),
                       quantity_text(available, QuantityKind::kBytes),
                       quantity_text(needed - available, QuantityKind::kBytes));
  };
  switch (infeasible.reason) {
    case Reason::kNetworkTooSmall:
      return fmt::format(
          "network tier {} is too small: it connects {:.0f} processors, {:.0f} are needed",
          infeasible.network, available, needed);
    case Reason::kNetworkNotFilled:
      return fmt::format(
          "network tier {} must be filled: {:.0f} processors on it do not divide its size {:.0f}",
          infeasible.network, needed, available);
    case Reason::kInterleavingTooLarge:
      return fmt::format("pipeline interleaving {:.0f} exceeds the {:.0f} blocks per processor",
                         needed, available);
    case Reason::kInterleavingNotDivisor:
      return fmt::format(
          "pipeline interleaving {:.0f} does not divide the {:.0f} blocks per processor", needed,
          available);
    case Reason::kOffloadNeedsThreeBlocks:
      return fmt::format("offloading needs at least {:.0f} blocks per processor, there are {:.0f}",
                         needed, available);
    case Reason::kTier1Capacity:
      return memory_line(1);
    case Reason::kTier2Capacity:
      return memory_line(2);
    case Reason::kSplitNotDivisor:
      return fmt::format("tensor parallelism {:.0f} does not divide the model's feedforward {:.0f}",
                         needed, available);
    case Reason::kTokensNotDivided:
      return fmt::format(
          "tensor parallelism {:.0f} does not divide the {:.0f} tokens of a microbatch", needed,
          available);
    case Reason::kNegativeActivations:
      return "the experts' all-to-all takes more off the stored activations than there are (quirk "
             "M10)";
    case Reason::kNoAttention:
      return "tensor parallelism is larger than microbatch_size * attn_heads, so that no attention "
             "is left on a processor (quirk M23)";
    case Reason::kNoOffloadWindow:
      return "every operation of a pass is bound by memory, so offload bandwidth requirements are "
             "unbounded";
  }
  return "";
}

double shortfall_ratio(const Infeasible& infeasible) {
  return infeasible.available > 0 ? infeasible.needed / infeasible.available : infeasible.needed;
}

}  // namespace calculon
