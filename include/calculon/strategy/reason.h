#pragma once

#include <array>
#include <string>
#include <string_view>

#include "calculon/base/enum_names.h"

namespace calculon {

// Why a well-formed configuration cannot run on a system. An answer, not an error: bad input is an
// InputError. The names of EnumNames are the short ones that tables and tallies show.
enum class Reason {
  kNetworkTooSmall,          // a tier's group is larger than the tier
  kNetworkNotFilled,         // a tier that must be filled is not divided by its group
  kInterleavingTooLarge,     // more chunks per processor than blocks
  kInterleavingNotDivisor,   // chunks of unequal size
  kOffloadNeedsThreeBlocks,  // offloading double-buffers: fewer blocks leave nothing to offload
  kTier1Capacity,
  kTier2Capacity,
  // Rejected by a search only: a single evaluation reports them as wrong input.
  kSplitNotDivisor,      // tensor parallelism does not divide the feed-forward width (quirk F4)
  kNoOffloadWindow,      // an offload bandwidth requirement without any time (quirk G3)
  kNegativeActivations,  // (quirk M10)
  kNoAttention,          // (quirk M23)
  kTokensNotDivided,     // tensor parallelism does not divide a microbatch's tokens (quirk M27)
};

template <>
struct EnumNames<Reason> {
  static constexpr std::array<std::string_view, 12> kNames = {
      "network tier too small",
      "network tier not filled",
      "interleaving exceeds blocks per processor",
      "interleaving does not divide blocks per processor",
      "offload needs 3 blocks per processor",
      "tier-1 memory",
      "tier-2 memory",
      "tensor parallelism does not divide feedforward",
      "offload bandwidth requirement unbounded",
      "stored activations below 0",
      "attention vanishes",
      "tensor parallelism does not divide the tokens",
  };
};

// Whether a single evaluation reports the reason as wrong input, by throwing an InputError with the
// words of describe(). A search counts such strategies like all others that do not fit.
constexpr bool is_wrong_input(Reason reason) {
  return reason >= Reason::kSplitNotDivisor;
}

// A rejection in numbers; the words are made on request, since a search makes millions of these.
struct Infeasible {
  Reason reason;
  double needed = 0;     // processors, blocks, chunks or bytes, as the reason says
  double available = 0;  // in the same unit
  int network = 0;       // the tier, for the two network reasons
};

// One line: what does not fit, what it needs and what there is.
std::string describe(const Infeasible& infeasible);

// How far `needed` is from `available`, as a ratio; `needed` itself where nothing is available. A
// search calls the failure with the smallest ratio the closest one.
double shortfall_ratio(const Infeasible& infeasible);

}  // namespace calculon
