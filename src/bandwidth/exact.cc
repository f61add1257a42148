#include "bandwidth/exact.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

namespace calculon {

bool large_product_divides(std::span<const std::int64_t> divisors,
                           std::span<const std::int64_t> factors) {
  constexpr std::size_t kLongest = 16;
  assert(factors.size() <= kLongest);
  std::array<std::int64_t, kLongest> left{};
  std::copy(factors.begin(), factors.end(), left.begin());
  for (std::int64_t divisor : divisors) {
    for (std::size_t i = 0; i < factors.size() && divisor > 1; ++i) {  // cancel what is common
      const std::int64_t common = std::gcd(divisor, left[i]);
      divisor /= common;
      left[i] /= common;
    }
    if (divisor > 1) {
      return false;
    }
  }
  return true;
}

}  // namespace calculon
