#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "calculon/strategy/reason.h"

namespace calculon {

// How many executions of a space were good, and why the others were bad, with the one of each
// reason that came closest to fitting. Threads have one each and merge them: the sum is the same
// however the executions were dealt out, samples included. A plain value.
struct Tally {
  struct Rejections {
    std::int64_t count = 0;
    Infeasible closest{};
    std::int64_t closest_index = 0;  // in the strategy space
  };

  std::int64_t total = 0;
  std::int64_t good = 0;
  std::array<Rejections, kEnumSize<Reason>> bad{};

  // Less than the rest of the total where executions were only counted.
  std::int64_t num_bad() const;

  // Counts `count` executions that are bad for one reason, the first of them with `index`.
  void reject(const Infeasible& why, std::int64_t count, std::int64_t index) {
    Rejections& same = bad[static_cast<std::size_t>(why.reason)];
    if (same.count == 0 || !is_surely_farther(why, same.closest)) {
      take_closer(why, count, index, same);
    }
    total += count;
    same.count += count;
  }
  // Adds what another part of the same space has counted.
  void merge(const Tally& other);

 private:
  // Whether `a` is farther from fitting than `b`, whatever is rounded; false if that takes ratios.
  static bool is_surely_farther(const Infeasible& a, const Infeasible& b) {
    constexpr double kSurelyMore = 1 + 1e-12;
    return a.available == b.available && b.needed > 0 && a.needed > b.needed * kSurelyMore;
  }
  // Makes it the closest one of its reason if it is.
  static void take_closer(const Infeasible& why, std::int64_t count, std::int64_t index,
                          Rejections& same);
};

}  // namespace calculon
