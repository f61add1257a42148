#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <string_view>

#include "calculon/base/input_error.h"

namespace calculon {

// Inputs that are all in their ranges can still be so extreme, together, that a result is infinite
// or no number. Such a result is refused in these words, whoever asks.
inline std::string out_of_range_text(std::string_view name) {
  return fmt::format("{} leaves the range of a number: the inputs are too extreme to be evaluated",
                     name);
}

// Throws InputError unless `value`, which is called `name`, is finite.
inline void require_finite(double value, std::string_view name) {
  if (!std::isfinite(value)) {
    throw InputError(out_of_range_text(name));
  }
}

}  // namespace calculon
