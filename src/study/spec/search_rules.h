#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/statistics/unknown_statistic.h"

namespace calculon {

// What searches of a study say of statistics, whichever model knows these. All throw InputError
// naming the place.

// `read(text)` of the text that stands there.
template <class Read>
auto rule_at(const JsonReader& place, const Read& read) {
  const std::string text = place.string();
  try {
    return read(text);
  } catch (const UnknownStatistic& error) {
    throw UnknownStatistic(fmt::format("{} is not understood: {}", place.place(), error.what()),
                           error.list_command());
  } catch (const InputError& error) {
    place.complain(fmt::format("is not understood: {}", error.what()));
  }
}

// Of each element; none if there is no list.
template <class Read>
auto rules_at(const JsonReader& list, const Read& read) {
  std::vector<decltype(read(std::string()))> rules;
  for (std::size_t i = 0; !list.is_null() && i < list.size(); ++i) {
    rules.push_back(rule_at(list[i], read));
  }
  return rules;
}

// How many of the best are kept.
inline std::size_t top_of(const JsonReader& search) {
  constexpr std::int64_t kMostKept = 1'000'000;
  return static_cast<std::size_t>(search["top"].integer(1, kMostKept));
}

}  // namespace calculon
