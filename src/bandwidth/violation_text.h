#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "bandwidth/rule_check.h"
#include "calculon/bandwidth/input_field.h"
#include "calculon/bandwidth/training_run_rule.h"

namespace calculon {

// What a violated rule says: the rule, the values it is about, and what would satisfy it.

template <class Model>
const InputField<typename Model::Inputs>* find_input(std::string_view name) {
  const auto found = std::find_if(Model::kInputFields.begin(), Model::kInputFields.end(),
                                  [&](const auto& field) { return field.name == name; });
  return found == Model::kInputFields.end() ? nullptr : &*found;
}

// "p_data is 3", or "" for an option that was not given.
template <class Model>
std::string value_text(const typename Model::Inputs& inputs, std::string_view name) {
  if (const double derived = Model::derived(inputs, name); derived > 0) {
    return fmt::format("{} is {:.0f}", name, derived);
  }
  const auto* field = find_input<Model>(name);
  const auto value = field ? get_input(inputs, *field) : std::nullopt;
  return value ? fmt::format("{} is {}", name, input_text(*value)) : "";
}

// The numbers next to the one that is there, below and above, with which a rule holds and, if there
// are such, all others, too.
struct Neighbours {
  std::optional<std::int64_t> below;
  std::optional<std::int64_t> above;

  bool empty() const { return !below && !above; }
  std::string text() const {
    return below && above ? fmt::format("{} or {}", *below, *above)
                          : fmt::format("{}", below ? *below : *above);
  }
};

struct Cures {
  Neighbours legal;      // every rule holds
  Neighbours satisfies;  // the rule and all before it hold
};

template <class Model>
Cures find_cures(typename Model::Inputs inputs, const InputField<typename Model::Inputs>& field,
                 std::int64_t start, const TrainingRunRule& rule) {
  constexpr std::int64_t kFarthest = 1 << 16;
  Cures cures;
  const auto try_value = [&](std::int64_t value, std::optional<std::int64_t> Neighbours::*side) {
    if (cures.legal.*side) {
      return;
    }
    set_input(inputs, field, value);
    typename Model::Result result;
    const TrainingRunRule* violated = Model::evaluate(inputs, result);
    if (!violated) {
      cures.legal.*side = value;
    }
    if (!(cures.satisfies.*side) && (!violated || violated->number() > rule.number())) {
      cures.satisfies.*side = value;
    }
  };
  for (std::int64_t distance = 1; distance <= kFarthest; ++distance) {
    if (start > distance) {
      try_value(start - distance, &Neighbours::below);
    }
    if (start <= INT64_MAX - distance) {
      try_value(start + distance, &Neighbours::above);
    }
    if ((cures.legal.below || start <= distance) && cures.legal.above) {
      break;
    }
  }
  return cures;
}

// "nearest legal p_data: 2 or 4"
template <class Model>
std::string cure_text(const typename Model::Inputs& inputs, const TrainingRunRule& rule) {
  std::string second_best;
  for (const std::string_view name : rule.cures) {
    const auto* field = find_input<Model>(name);
    if (!field) {
      continue;
    }
    const auto value = get_input(inputs, *field);
    const std::int64_t start =
        value ? std::get<std::int64_t>(*value)
              : static_cast<std::int64_t>(std::max(1.0, Model::derived(inputs, name)));
    const Cures cures = find_cures<Model>(inputs, *field, start, rule);
    if (!cures.legal.empty()) {
      return fmt::format("nearest legal {}: {}", name, cures.legal.text());
    }
    if (second_best.empty() && !cures.satisfies.empty()) {
      second_best = fmt::format("{} {} would satisfy this rule", name, cures.satisfies.text());
    }
  }
  return second_best.empty() ? std::string(rule.advice) : second_best;
}

// "p_data is -1, expected a number above 0"
template <class Model>
std::string not_positive_text(const typename Model::Inputs& inputs) {
  for (const auto& field : Model::kInputFields) {
    if (!is_positive(inputs, field)) {
      return fmt::format("{}, expected a finite number {} 0", value_text<Model>(inputs, field.name),
                         field.may_be_zero ? "from" : "above");
    }
  }
  return "";
}

template <class Model>
std::string violation_text(const typename Model::Inputs& inputs, const TrainingRunRule& rule) {
  if (rule.number() == 0) {
    return fmt::format("rule {}: {}", rule.id, not_positive_text<Model>(inputs));
  }
  std::string values;
  for (const std::string_view name : rule.values) {
    const std::string value = value_text<Model>(inputs, name);
    values += value.empty() || values.empty() ? value : ", " + value;
  }
  std::string text = fmt::format("rule {}: {}", rule.id, rule.requirement);
  text += values.empty() ? "" : "; " + values;
  const std::string cure = cure_text<Model>(inputs, rule);
  return cure.empty() ? text : text + "; " + cure;
}

}  // namespace calculon
