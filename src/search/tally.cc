#include "calculon/search/tally.h"

namespace calculon {
namespace {

// Of two rejections for one reason, the one nearer to fitting, then the earlier one: the sample is
// the same whatever order they come in.
bool closer(const Infeasible& a, std::int64_t a_index, const Infeasible& b, std::int64_t b_index) {
  constexpr double kSurelyMore = 1 + 1e-12;  // the ratio is larger, too, whatever is rounded
  if (a.available == b.available && b.needed > 0 && a.needed > b.needed * kSurelyMore) {
    return false;
  }
  const double a_ratio = shortfall_ratio(a);
  const double b_ratio = shortfall_ratio(b);
  return a_ratio != b_ratio ? a_ratio < b_ratio : a_index < b_index;
}

}  // namespace

std::int64_t Tally::num_bad() const {
  std::int64_t count = 0;
  for (const Rejections& rejections : bad) {
    count += rejections.count;
  }
  return count;
}

void Tally::reject(const Infeasible& why, std::int64_t count, std::int64_t index) {
  if (count == 0) {
    return;
  }
  total += count;
  Rejections& same = bad[static_cast<std::size_t>(why.reason)];
  if (same.count == 0 || closer(why, index, same.closest, same.closest_index)) {
    same.closest = why;
    same.closest_index = index;
  }
  same.count += count;
}

void Tally::merge(const Tally& other) {
  for (const Rejections& rejections : other.bad) {
    reject(rejections.closest, rejections.count, rejections.closest_index);
  }
  total += other.good;
  good += other.good;
}

}  // namespace calculon
