#include "calculon/strategy/reason.h"

#include <fmt/format.h>

#include "calculon/base/quantity_text.h"

namespace calculon {

namespace {

std::string describe_network(const Infeasible& i) {
  return i.reason == Reason::kNetworkTooSmall
             ? fmt::format(
                   "network tier {} is too small: it connects {:.0f} processors, {:.0f} are needed",
                   i.network, i.available, i.needed)
             : fmt::format(
                   "network tier {} must be filled: {:.0f} processors on it do not divide its "
                   "size {:.0f}",
                   i.network, i.needed, i.available);
}

std::string describe_memory(const Infeasible& i) {
  const auto bytes = [](double value) { return quantity_text(value, QuantityKind::kBytes); };
  return fmt::format("memory tier {} needs {} but has {} ({} too much)",
                     i.reason == Reason::kTier1Capacity ? 1 : 2, bytes(i.needed),
                     bytes(i.available), bytes(i.needed - i.available));
}

}  // namespace

std::string describe(const Infeasible& i) {
  switch (i.reason) {
    case Reason::kNetworkTooSmall:
    case Reason::kNetworkNotFilled:
      return describe_network(i);
    case Reason::kTier1Capacity:
    case Reason::kTier2Capacity:
      return describe_memory(i);
    case Reason::kInterleavingTooLarge:
      return fmt::format("pipeline interleaving {:.0f} exceeds the {:.0f} blocks per processor",
                         i.needed, i.available);
    case Reason::kInterleavingNotDivisor:
      return fmt::format(
          "pipeline interleaving {:.0f} does not divide the {:.0f} blocks per processor", i.needed,
          i.available);
    case Reason::kOffloadNeedsThreeBlocks:
      return fmt::format("offloading needs at least {:.0f} blocks per processor, there are {:.0f}",
                         i.needed, i.available);
    case Reason::kSplitNotDivisor:
      return fmt::format("tensor parallelism {:.0f} does not divide the model's feedforward {:.0f}",
                         i.needed, i.available);
    case Reason::kTokensNotDivided:
      return fmt::format(
          "tensor parallelism {:.0f} does not divide the {:.0f} tokens of a microbatch", i.needed,
          i.available);
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
