#pragma once

#include <algorithm>

namespace calculon {

// The smallest and the largest of some numbers.
struct Extent {
  double least = 0;
  double greatest = 0;
  bool empty = true;

  void add(double x) {
    least = empty ? x : std::min(least, x);
    greatest = empty ? x : std::max(greatest, x);
    empty = false;
  }

  // Whether the numbers, which are 0 or more, differ, but so little that bars from zero hide it.
  bool is_narrow() const {
    constexpr double kLargeDifference = 0.15;
    return greatest > least && greatest - least <= kLargeDifference * greatest;
  }
};

}  // namespace calculon
