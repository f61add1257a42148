#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "calculon/strategy/strategy.h"

namespace calculon {

// Which values of a strategy's settings are wanted, by the settings' own names: how a search is
// narrowed. A setting that was not named takes any value. A value type; threads may share one that
// does not change any more.
class SettingFilter {
 public:
  // Accepts the values of `setting` that `wanted` lists: "8,16" or "1..8,64" for numbers, names
  // for choices, true and false. Naming a setting again accepts more. Throws InputError naming
  // setting, value and what is accepted.
  void accept(std::string_view setting, std::string_view wanted);
  // Takes back what accept() with the same arguments would accept.
  void exclude(std::string_view setting, std::string_view unwanted);
  // From now on a value has to be accepted by `other`, too.
  void require(const SettingFilter& other);

  // REQUIRES the name of a setting; any value will do for another name.
  template <class Value>
  bool accepts(std::string_view setting, Value value) const {
    return accepts_number(setting, static_cast<std::int64_t>(value));
  }
  // Whether the setting has been named.
  bool names(std::string_view setting) const;

  bool operator==(const SettingFilter&) const = default;

 private:
  struct Range {
    std::string_view setting;  // of kStrategyFields
    std::int64_t first;
    std::int64_t last;
    bool excluded;

    bool operator==(const Range&) const = default;
  };
  using Clause = std::vector<Range>;
  void add(std::string_view setting, std::string_view values, bool excluded);
  static bool clause_accepts(const Clause& clause, std::string_view setting, std::int64_t value);
  bool accepts_number(std::string_view setting, std::int64_t value) const;

  std::vector<Clause> clauses_ = {{}};  // all have to accept; the first is this filter's own
};

}  // namespace calculon
