#pragma once

#include <array>
#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "calculon/base/enum_names.h"

namespace calculon {

// Why a well-formed configuration cannot run on a system. An answer, not an error.
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

// Whether a single evaluation reports the reason as wrong input.
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

// How far `needed` is from `available`, as a ratio: what a search calls the closest failure.
double shortfall_ratio(const Infeasible& infeasible);

// A value or the reason why there is none; the shape of std::expected, which C++20 lacks.
template <class Value>
class Outcome {
 public:
  Outcome(Value value) : held_(std::move(value)) {}
  Outcome(Infeasible infeasible) : held_(infeasible) {}

  explicit operator bool() const { return std::holds_alternative<Value>(held_); }
  const Value& operator*() const { return std::get<Value>(held_); }
  const Value* operator->() const { return &std::get<Value>(held_); }
  const Infeasible& error() const { return std::get<Infeasible>(held_); }

 private:
  std::variant<Value, Infeasible> held_;
};

}  // namespace calculon
