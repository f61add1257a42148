#include "calibrated/search/rule_tally.h"

#include <algorithm>

namespace calculon {

void RuleTally::reject(std::string_view rule, std::int64_t count, double excess,
                       std::int64_t index) {
  if (count == 0) {
    return;
  }
  for (Rejections& same : rejections_) {
    if (same.rule == rule) {
      same.count += count;
      if (excess < same.excess || (excess == same.excess && index < same.closest)) {
        same.excess = excess;
        same.closest = index;
      }
      return;
    }
  }
  rejections_.push_back({rule, count, excess, index});
}

void RuleTally::merge(const RuleTally& other) {
  good_ += other.good_;
  for (const Rejections& each : other.rejections_) {
    reject(each.rule, each.count, each.excess, each.closest);
  }
}

std::int64_t RuleTally::bad() const {
  std::int64_t count = 0;
  for (const Rejections& each : rejections_) {
    count += each.count;
  }
  return count;
}

std::vector<RuleTally::Rejections> RuleTally::sorted() const {
  std::vector<Rejections> sorted = rejections_;
  std::sort(sorted.begin(), sorted.end(), [](const Rejections& a, const Rejections& b) {
    return a.count != b.count ? a.count > b.count : a.rule < b.rule;
  });
  return sorted;
}

}  // namespace calculon
