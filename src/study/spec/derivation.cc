#include "study/spec/derivation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace calculon {
namespace {

void require_numbers(const Study& study, const JsonReader& axis) {
  for (const Axis::Value& value : study.axis(axis.string()).values) {
    if (!value.label.is_number()) {
      axis.complain(
          fmt::format("is an axis with the value '{}', expected numbers", label_text(value.label)));
    }
  }
}

Derivation parse_loss(const Study& study, const JsonReader& value) {
  static constexpr std::array<std::string_view, 2> kKeys = {"axis", "by"};
  value.require_keys(kKeys);
  const double by = value["by"].number(kPositive);
  study.require_axis(value["axis"]);
  require_numbers(study, value["axis"]);
  return {DerivationKind::kLossBelow, value["axis"].string(), by, {}, {}};
}

Derivation parse_relative(const Study& study, const JsonReader& value) {
  static constexpr std::array<std::string_view, 2> kKeys = {"axis", "value"};
  value.require_keys(kKeys);
  study.require_axis(value["axis"]);
  return {DerivationKind::kRelativeTo, value["axis"].string(), 0, value["value"].json(), {}};
}

Derivation parse_speedup(const Study& study, const JsonReader& value) {
  static constexpr std::array<std::string_view, 3> kKeys = {"axis", "value", "over"};
  value.require_keys(kKeys);
  const std::string over = value["over"].string();
  study.require_axis(value["axis"]);
  study.require_axis(value["over"]);
  return {DerivationKind::kSpeedup, value["axis"].string(), 0, value["value"].json(), over};
}

Derivation parse_days(const JsonReader& value) {
  static constexpr std::array<std::string_view, 1> kKeys = {"tokens"};
  value.require_keys(kKeys);
  Derivation days{DerivationKind::kDays, "", 0, {}, {}};
  days.tokens = value["tokens"].number(kPositive);
  return days;
}

Derivation parse_largest(const Study& study, const JsonReader& value) {
  static constexpr std::array<std::string_view, 3> kKeys = {"axis", "where", "over"};
  value.require_keys(std::span(kKeys).first<2>(), kKeys);
  const std::string axis = value["axis"].string();
  const std::string over = value.has("over") ? value["over"].string() : "";
  study.require_axis(value["axis"]);
  if (!over.empty()) {
    study.require_axis(value["over"]);
  }
  if (over == axis) {
    value["over"].reject("another axis than 'axis'");
  }
  try {
    return {
        DerivationKind::kLargest, axis, 0, {}, over, 0, parse_stat_filter(value["where"].string())};
  } catch (const InputError& error) {
    value["where"].complain(fmt::format("is not understood: {}", error.what()));
  }
}

// An element of `derive` has one key.
Derivation parse_derivation(const Study& study, const JsonReader& element) {
  constexpr std::span<const std::string_view> kKinds = EnumNames<DerivationKind>::kNames;
  element.allow_keys(kKinds);
  const auto keys = element.keys();
  if (keys.size() != 1) {
    element.reject(list_of_names(kKinds));
  }
  const JsonReader value = element[keys.front()];
  const DerivationKind kind = *enum_from_name<DerivationKind>(keys.front());
  switch (kind) {
    case DerivationKind::kLossBelow:
      return parse_loss(study, value);
    case DerivationKind::kRelativeTo:
      return parse_relative(study, value);
    case DerivationKind::kSpeedup:
      return parse_speedup(study, value);
    case DerivationKind::kDays:
      return parse_days(value);
    case DerivationKind::kLargest:
      return parse_largest(study, value);
    case DerivationKind::kBestSoFar:
    case DerivationKind::kBestOver:
      break;
  }
  study.require_axis(value);
  return {kind, value.string(), 0, {}, {}};
}

// What tells the names of the columns of an element that cannot be read.
Derivation named_derivation(const Json& element) {
  Derivation named{DerivationKind::kBestOver, "", 0, {}, {}};  // adds none
  const auto kind = element.is_object() && element.size() == 1
                        ? enum_from_name<DerivationKind>(element.begin().key())
                        : std::nullopt;
  if (!kind) {
    return named;
  }
  named.kind = *kind;
  const JsonReader value("", element.front());
  if (value.is_object() && value.has("axis") && value["axis"].is_string()) {
    named.axis = value["axis"].string();
  }
  if (value.is_object() && value.has("value")) {
    named.value = value["value"].json();
  }
  return named;
}

// Throws if the last one adds a column that is there already.
void require_new_columns(const std::vector<Derivation>& derivations, const JsonReader& last) {
  for (const std::string& name : derivations.back().columns()) {
    for (std::size_t i = 0; i + 1 < derivations.size(); ++i) {
      const std::vector<std::string> known = derivations[i].columns();
      if (std::find(known.begin(), known.end(), name) != known.end()) {
        last.complain(fmt::format("adds the column '{}' once more", name));
      }
    }
  }
}

}  // namespace

std::vector<std::string> Derivation::columns() const {
  switch (kind) {
    case DerivationKind::kBestSoFar:
      return {"best_so_far", "best_so_far_at"};
    case DerivationKind::kLossBelow:
      return {"loss_below"};
    case DerivationKind::kRelativeTo:
      return {"relative_to_" + label_text(value)};
    case DerivationKind::kSpeedup:
      return {"speedup_percent", "speedup_percent_published"};
    case DerivationKind::kDays:
      return {"days"};
    case DerivationKind::kLargest:
      return {"largest_" + axis, "is_largest_" + axis};
    case DerivationKind::kBestOver:
      break;
  }
  return {};
}

std::optional<double> run_tokens(const std::vector<Derivation>& derivations) {
  for (const Derivation& derivation : derivations) {
    if (derivation.kind == DerivationKind::kDays) {
      return derivation.tokens;
    }
  }
  return std::nullopt;
}

std::vector<Derivation> parse_derivations(const Study& study, Mistakes& mistakes) {
  const Json file = {{"derive", study.derive()}};
  const JsonReader derive = JsonReader(study.file(), file)["derive"];
  std::vector<Derivation> derivations;
  mistakes.attempt([&] {
    for (std::size_t i = 0; i < derive.size(); ++i) {
      if (!mistakes.attempt([&] { derivations.push_back(parse_derivation(study, derive[i])); })) {
        derivations.push_back(named_derivation(derive[i].json()));
      }
      mistakes.attempt([&] { require_new_columns(derivations, derive[i]); });
    }
  });
  return derivations;
}

std::vector<StatFilter> conditions_of(const std::vector<Derivation>& derivations) {
  std::vector<StatFilter> conditions;
  for (const Derivation& derivation : derivations) {
    if (derivation.where) {
      conditions.push_back(*derivation.where);
    }
  }
  return conditions;
}

}  // namespace calculon
