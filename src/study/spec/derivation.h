#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/base/enum_names.h"
#include "study/spec/study.h"

namespace calculon {

enum class DerivationKind { kBestSoFar, kLossBelow, kRelativeTo, kBestOver, kSpeedup };

template <>
struct EnumNames<DerivationKind> {
  static constexpr std::array<std::string_view, 5> kNames = {"best_so_far", "loss_below",
                                                             "relative_to", "best_over", "speedup"};
};

// An element of `derive`: columns that compare points along an axis, or the choice of one point of
// it (docs/studies.md, "Derived columns").
struct Derivation {
  DerivationKind kind;
  std::string axis;
  double by = 0;     // of loss_below
  Json value;        // of relative_to and speedup: the label that the others are compared with
  std::string over;  // of speedup: the axis of sizes

  // The columns that it adds, in their order; none for best_over.
  std::vector<std::string> columns() const;
};

// Those of a study. Throws InputError naming what `derive` may hold.
std::vector<Derivation> parse_derivations(const Study& study);

}  // namespace calculon
