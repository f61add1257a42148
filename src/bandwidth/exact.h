#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/whole_number.h"

namespace calculon {

// Integers that decide about validity, exact however large the options are. Counts that are
// printed stay below kLargestExactCount.

inline double real(std::int64_t count) {
  return static_cast<double>(count);
}

// The product if it fits 64 bits; all factors are positive.
inline std::optional<std::int64_t> product_of(std::span<const std::int64_t> factors) {
  std::int64_t product = 1;
  for (const std::int64_t factor : factors) {
    if (__builtin_mul_overflow(product, factor, &product)) {
      return std::nullopt;
    }
  }
  return product;
}

template <std::size_t kFactors>
std::optional<std::int64_t> product_of(const std::int64_t (&factors)[kFactors]) {
  return product_of(std::span<const std::int64_t>(factors));
}

// Whether the product of `divisors` divides the product of `factors` when one of them does not fit
// 64 bits. Neither list is longer than 16.
bool large_product_divides(std::span<const std::int64_t> divisors,
                           std::span<const std::int64_t> factors);

// Whether the product of `divisors` divides the product of `factors`.
inline bool product_divides(std::span<const std::int64_t> divisors,
                            std::span<const std::int64_t> factors) {
  const auto divisor = product_of(divisors);
  const auto product = product_of(factors);
  if (!divisor || !product) {
    return large_product_divides(divisors, factors);
  }
  if ((*divisor & (*divisor - 1)) == 0) {  // degrees mostly are powers of two
    return (*product & (*divisor - 1)) == 0;
  }
  return *product % *divisor == 0;
}

// divides({p_data, p_seq}, {d_model, d_head})
template <std::size_t kDivisors, std::size_t kFactors>
bool divides(const std::int64_t (&divisors)[kDivisors], const std::int64_t (&factors)[kFactors]) {
  return product_divides(divisors, factors);
}
inline bool divides(std::int64_t divisor, std::int64_t number) {
  return number % divisor == 0;
}

// A product that is only compared: the largest integer stands for all beyond 64 bits.
template <std::size_t kFactors>
std::int64_t saturated(const std::int64_t (&factors)[kFactors]) {
  return product_of(factors).value_or(INT64_MAX);
}

}  // namespace calculon
