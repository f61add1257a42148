#include "calculon/strategy/setting_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

struct Numbers {
  std::int64_t first;
  std::int64_t last;
};

[[noreturn]] void reject(std::string_view setting, std::string_view found,
                         std::string_view accepted) {
  throw InputError(fmt::format("{} is '{}', expected {}", setting, found, accepted));
}

std::int64_t parse_count(std::string_view setting, std::string_view text, std::string_view whole) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    reject(setting, whole, "numbers and ranges such as 8,16 or 1..8");
  }
  return value;
}

Numbers parse_wanted(std::string_view setting, std::string_view text, std::int64_t) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) {
    const std::int64_t value = parse_count(setting, text, text);
    return {value, value};
  }
  const Numbers range = {parse_count(setting, text.substr(0, dots), text),
                         parse_count(setting, text.substr(dots + 2), text)};
  if (range.first > range.last) {
    reject(setting, text, "a range from the smaller to the larger number");
  }
  return range;
}

Numbers parse_wanted(std::string_view setting, std::string_view text, bool) {
  if (text != "true" && text != "false") {
    reject(setting, text, "true or false");
  }
  return {text == "true", text == "true"};
}

template <class Enum>
Numbers parse_wanted(std::string_view setting, std::string_view text, Enum) {
  const auto value = enum_from_name<Enum>(text);
  if (!value) {
    reject(setting, text,
           list_of_names(EnumNames<Enum>::kNames) + did_you_mean(text, EnumNames<Enum>::kNames));
  }
  const auto number = static_cast<std::int64_t>(*value);
  return {number, number};
}

}  // namespace

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
    for (std::string_view rest = values;;) {
      const auto comma = rest.find(',');
      const Numbers numbers =
          parse_wanted(setting, rest.substr(0, comma), Strategy{}.*field.member);
      clauses_.front().push_back({field.name, numbers.first, numbers.last, excluded});
      if (comma == std::string_view::npos) {
        break;
      }
      rest.remove_prefix(comma + 1);
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
