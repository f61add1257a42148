#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>

#include "calculon/base/quantity_text.h"

namespace calculon {

// Of a point without an answer, the kind of its reason; else nothing. `why` is what the reason is
// if it is not that nothing fits.
struct NoAnswer {
  std::string kind;
  std::string why;
};
using MaybeNoAnswer = std::optional<NoAnswer>;

// `good` executions would fit, but not the conditions of the search.
inline NoAnswer none_meets_where(std::int64_t good) {
  return {"none meets where", fmt::format("{} fit but none meets where", grouped_digits(good))};
}

}  // namespace calculon
