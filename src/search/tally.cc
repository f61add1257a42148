#include "calculon/search/tally.h"

namespace calculon {
std::int64_t Tally::num_bad() const {
  std::int64_t count = 0;
  for (const Rejections& rejections : bad) {
    count += rejections.count;
  }
  return count;
}

// Of two with the same distance the earlier one is kept: the sample is the same whatever order they
// come in.
void Tally::take_closer(const Infeasible& why, std::int64_t count, std::int64_t index,
                        Rejections& same) {
  if (count == 0) {
    return;
  }
  const double ratio = shortfall_ratio(why);
  const double least = shortfall_ratio(same.closest);
  if (same.count == 0 || ratio < least || (ratio == least && index < same.closest_index)) {
    same.closest = why;
    same.closest_index = index;
  }
}

void Tally::merge(const Tally& other) {
  for (const Rejections& rejections : other.bad) {
    reject(rejections.closest, rejections.count, rejections.closest_index);
  }
  total += other.good;
  good += other.good;
}

}  // namespace calculon
