#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "calculon/base/enum_names.h"
#include "calculon/base/input_error.h"

namespace calculon {

// The values of a setting that an item of a list asks for, as "8", "1..8", "true" or "rs_ag", by
// the setting's type, of which the last argument is any value. Flags and names are given as
// numbers. Throws InputError naming setting, text and what is accepted.

[[noreturn]] inline void reject_wanted(std::string_view setting, std::string_view found,
                                       std::string_view accepted) {
  throw InputError(fmt::format("{} is '{}', expected {}", setting, found, accepted));
}

inline NumberRange wanted_value(std::string_view setting, std::string_view text, std::int64_t) {
  const auto range = parse_range(text, parse_number<std::int64_t>);
  if (!range || range->first < 0 || range->last < 0) {
    reject_wanted(setting, text, "numbers and ranges such as 8,16 or 1..8");
  }
  if (range->first > range->last) {
    reject_wanted(setting, text, "a range from the smaller to the larger number");
  }
  return *range;
}

inline NumberRange wanted_value(std::string_view setting, std::string_view text, bool) {
  if (text != "true" && text != "false") {
    reject_wanted(setting, text, "true or false");
  }
  return {text == "true", text == "true"};
}

template <class Enum>
NumberRange wanted_value(std::string_view setting, std::string_view text, Enum) {
  const auto value = enum_from_name<Enum>(text);
  if (!value) {
    reject_wanted(
        setting, text,
        list_of_names(EnumNames<Enum>::kNames) + did_you_mean(text, EnumNames<Enum>::kNames));
  }
  const auto number = static_cast<std::int64_t>(*value);
  return {number, number};
}

}  // namespace calculon
