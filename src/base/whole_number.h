#pragma once

#include <cmath>
#include <cstdint>

namespace calculon {

// Up to here, 2^53, every whole number is a double; beyond, they have gaps.
inline constexpr std::int64_t kLargestExactCount = std::int64_t{1} << 53;

// Whether `value` is a whole number that an integer holds without loss, and so may be written as
// one. False for NaN and the infinities.
inline bool is_exact_count(double value) {
  return std::fabs(value) <= static_cast<double>(kLargestExactCount) && value == std::floor(value);
}

}  // namespace calculon
