#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/base/enum_names.h"
#include "calculon/base/mistakes.h"
#include "calculon/search/stat_rule.h"
#include "study/spec/study.h"

namespace calculon {

enum class DerivationKind {
  kBestSoFar,
  kLossBelow,
  kRelativeTo,
  kBestOver,
  kSpeedup,
  kDays,
  kLargest
};

template <>
struct EnumNames<DerivationKind> {
  static constexpr std::array<std::string_view, 7> kNames = {
      "best_so_far", "loss_below", "relative_to", "best_over", "speedup", "days", "largest"};
};

// An element of `derive`: columns that compare points along an axis, the choice of one point of
// it, or a column about each row (docs/studies.md, "Derived columns").
struct Derivation {
  DerivationKind kind;
  std::string axis;   // of all but days
  double by = 0;      // of loss_below
  Json value;         // of relative_to and speedup: the label that the others are compared with
  std::string over;   // of speedup: the axis of sizes; of largest: one of which any value will do
  double tokens = 0;  // of days: of a whole run
  std::optional<StatFilter> where = {};  // of largest: what a point has to meet

  // The columns that it adds, in their order; none for best_over.
  std::vector<std::string> columns() const;
};

// The tokens of a whole run, if a study asks for its days.
std::optional<double> run_tokens(const std::vector<Derivation>& derivations);

// Those of a study. Throws InputError naming what `derive` may hold. Where all mistakes are kept,
// one that has a mistake only tells the names of its columns.
std::vector<Derivation> parse_derivations(const Study& study, Mistakes& mistakes = first_mistake());

// What the points have to meet for these, in their order.
std::vector<StatFilter> conditions_of(const std::vector<Derivation>& derivations);

}  // namespace calculon
