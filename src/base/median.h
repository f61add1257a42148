#pragma once

#include <span>

namespace calculon {

// The middle of ascending values, or the mean of the two that are in the middle. REQUIRES at least
// one value.
inline double median_of(std::span<const double> ascending) {
  const std::size_t middle = ascending.size() / 2;
  return ascending.size() % 2 == 1 ? ascending[middle]
                                   : (ascending[middle - 1] + ascending[middle]) / 2;
}

}  // namespace calculon
