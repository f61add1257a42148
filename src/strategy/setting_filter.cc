#include "calculon/strategy/setting_filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "calculon/base/input_error.h"
#include "strategy/wanted_value.h"

namespace calculon {
void SettingFilter::accept(std::string_view setting, std::string_view wanted) {
  add(setting, wanted, false);
}

void SettingFilter::exclude(std::string_view setting, std::string_view unwanted) {
  add(setting, unwanted, true);
}

void SettingFilter::require(const SettingFilter& other) {
  clauses_.insert(clauses_.end(), other.clauses_.begin(), other.clauses_.end());
}

void SettingFilter::add(std::string_view setting, std::string_view values, bool excluded) {
  bool known = false;
  std::vector<std::string_view> names;
  for_each_field(kStrategyFields, [&](const auto& field) {
    names.push_back(field.name);
    if (field.name != setting) {
      return;
    }
    known = true;
    for (const std::string_view value : split(values, ',')) {
      const NumberRange range = wanted_value(setting, value, Strategy{}.*field.member);
      clauses_.front().push_back({field.name, range.first, range.last, excluded});
    }
  });
  if (!known) {
    throw InputError(
        fmt::format("an execution has no setting '{}'{}", setting, did_you_mean(setting, names)));
  }
}

bool SettingFilter::clause_accepts(const Clause& clause, std::string_view setting,
                                   std::int64_t value) {
  bool has_accepted = false;
  bool accepted = false;
  for (const Range& range : clause) {
    if (range.setting != setting) {
      continue;
    }
    const bool inside = range.first <= value && value <= range.last;
    if (range.excluded && inside) {
      return false;
    }
    has_accepted = has_accepted || !range.excluded;
    accepted = accepted || (!range.excluded && inside);
  }
  return accepted || !has_accepted;
}

bool SettingFilter::accepts_number(std::string_view setting, std::int64_t value) const {
  return std::all_of(clauses_.begin(), clauses_.end(),
                     [&](const Clause& clause) { return clause_accepts(clause, setting, value); });
}

bool SettingFilter::names(std::string_view setting) const {
  return std::any_of(clauses_.begin(), clauses_.end(), [&](const Clause& clause) {
    return std::any_of(clause.begin(), clause.end(),
                       [&](const Range& range) { return range.setting == setting; });
  });
}

}  // namespace calculon
