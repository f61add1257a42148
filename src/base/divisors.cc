#include "calculon/base/divisors.h"

namespace calculon {

std::vector<std::int64_t> divisors(std::int64_t number) {
  std::vector<std::int64_t> small;
  std::vector<std::int64_t> large;
  for (std::int64_t d = 1; d * d <= number; ++d) {
    if (number % d == 0) {
      small.push_back(d);
      if (d * d != number) {
        large.push_back(number / d);
      }
    }
  }
  small.insert(small.end(), large.rbegin(), large.rend());
  return small;
}

}  // namespace calculon
