#pragma once

#include <cstddef>

#include "calculon/bandwidth/input_field.h"
#include "calculon/bandwidth/training_run_rule.h"

namespace calculon {

// A rule and its test. The tables of checks are the published order.
template <class Case>
struct RuleCheck {
  TrainingRunRule rule;
  bool (*holds)(const Case&);
};

template <class Case, std::size_t kSize>
const TrainingRunRule* first_violated(const RuleCheck<Case> (&checks)[kSize], const Case& c) {
  for (const RuleCheck<Case>& check : checks) {
    if (!check.holds(c)) {
      return &check.rule;
    }
  }
  return nullptr;
}

// Before all others: every number has to be above 0. Which one is not is told by
// violation_text().
inline constexpr TrainingRunRule kPositiveA = {"A0", "every number must be finite and above 0"};
inline constexpr TrainingRunRule kPositiveE = {"E0", "every number must be finite and above 0"};

// Behind all others: inputs that keep every rule can be too extreme to have a result. The words are
// those of all models (base/finite.h).
inline constexpr TrainingRunRule kOutOfRange = {
    "LIMIT", "a result leaves the range of a number: the inputs are too extreme to be evaluated"};

template <class Inputs>
bool is_positive(const Inputs& inputs, const InputField<Inputs>& field) {
  const auto value = get_input(inputs, field);
  return !value || is_positive(*value, field.may_be_zero);
}

template <class Inputs, class Fields>
bool all_positive(const Inputs& inputs, const Fields& fields) {
  for (const InputField<Inputs>& field : fields) {
    if (!is_positive(inputs, field)) {
      return false;
    }
  }
  return true;
}

}  // namespace calculon
