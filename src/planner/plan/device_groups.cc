#include "planner/plan/device_groups.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

namespace calculon {
namespace {

std::int64_t sum(const GroupItem& item) {
  return std::accumulate(item.begin(), item.end(), std::int64_t{0});
}

std::vector<std::int64_t> allowed_sizes(const GroupRules& rules, std::int64_t num_stages) {
  const std::int64_t even = std::max(rules.num_gpus / num_stages, num_stages / rules.num_gpus);
  const double smallest = static_cast<double>(even) * rules.scale_variance;
  std::set<std::int64_t> sizes;
  for (const std::int64_t odd_part : rules.odd_parts) {
    for (std::int64_t size = odd_part; size <= rules.num_gpus; size *= 2) {
      if (static_cast<double>(size) >= smallest) {
        sizes.insert(size);
      }
    }
  }
  return {sizes.begin(), sizes.end()};
}

// The non-decreasing lists of allowed sizes with a given sum, in lexicographic order.
class Multisets {
 public:
  Multisets(std::vector<std::int64_t> sizes, const std::function<bool(const DeviceGroups&)>& visit)
      : sizes_(std::move(sizes)), visit_(visit) {}

  // Fills up `groups_` with `count` more groups from size number `first` on.
  bool fill(std::size_t first, std::int64_t count, std::int64_t rest) {
    if (count == 0) {
      return rest != 0 || visit_(groups_);
    }
    for (std::size_t i = first; i < sizes_.size() && count * sizes_[i] <= rest; ++i) {
      if (count * sizes_.back() < rest) {
        return true;
      }
      groups_.push_back(sizes_[i]);
      const bool go_on = fill(i, count - 1, rest - sizes_[i]);
      groups_.pop_back();
      if (!go_on) {
        return false;
      }
    }
    return true;
  }

 private:
  std::vector<std::int64_t> sizes_;
  const std::function<bool(const DeviceGroups&)>& visit_;
  DeviceGroups groups_;
};

// How many distinct permutations the items have.
double num_permutations(std::vector<GroupItem> items) {
  std::sort(items.begin(), items.end());
  double permutations = 1;
  double equal = 0;  // items like this one so far
  for (std::size_t i = 0; i < items.size(); ++i) {
    equal = i > 0 && items[i] == items[i - 1] ? equal + 1 : 1;
    permutations *= static_cast<double>(i + 1) / equal;
  }
  return permutations;
}

// Pairs of neighbours become one item where both are as large as the first item; the walk ends
// after `num_pairs` pairs, whether they were glued or not.
std::vector<GroupItem> glue_pairs(const std::vector<GroupItem>& items, std::int64_t num_pairs) {
  const std::int64_t smallest = sum(items.front());
  std::vector<GroupItem> glued;
  std::size_t at = 0;
  for (std::int64_t pair = 0; pair < num_pairs && at + 1 < items.size(); ++pair, at += 2) {
    glued.push_back(items[at]);
    if (sum(items[at]) == smallest && sum(items[at + 1]) == smallest) {
      glued.back().insert(glued.back().end(), items[at + 1].begin(), items[at + 1].end());
    } else {
      glued.push_back(items[at + 1]);
    }
  }
  glued.insert(glued.end(), items.begin() + static_cast<std::ptrdiff_t>(at), items.end());
  return glued;
}

}  // namespace

std::vector<GroupItem> glued_groups(const DeviceGroups& ascending, const GroupRules& rules) {
  std::vector<GroupItem> items;
  for (const std::int64_t size : ascending) {
    items.push_back({size});
  }
  const auto too_many = [&] {
    return static_cast<std::int64_t>(items.size()) - rules.max_permute_length;
  };
  for (std::int64_t pairs = too_many(); pairs > 0;) {
    const auto different = std::find_if(
        items.begin(), items.end(), [&](const GroupItem& item) { return item != items.front(); });
    // Quirk H8: the first different item counts as one of the equal ones.
    const std::int64_t leading = (different - items.begin()) +
                                 (different == items.end() || rules.count_leading_exactly ? 0 : 1);
    pairs = std::max(pairs, leading / 2);
    items = glue_pairs(items, pairs);
    if (pairs == too_many()) {
      break;
    }
    pairs = too_many();
  }
  return items;
}

bool for_each_permutation(const std::vector<GroupItem>& items,
                          const std::function<bool(const PermutedItems&)>& visit) {
  // Equal items are one, and its place tells the order: pointers are quickly shifted and compared.
  std::vector<GroupItem> distinct = items;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  PermutedItems permuted;
  for (const GroupItem& item : items) {
    permuted.push_back(&*std::lower_bound(distinct.begin(), distinct.end(), item));
  }
  std::sort(permuted.begin(), permuted.end(), std::greater<>());
  if (!visit(permuted)) {
    return false;
  }
  const std::size_t size = permuted.size();
  // Positions count from 0; `prefix` is that of the last item of the prefix that descends.
  std::size_t prefix = size < 2 ? 0 : size - 2;
  while (prefix + 1 < size && (prefix + 2 < size || permuted.back() < permuted.front())) {
    const bool skip = prefix + 2 < size && permuted[prefix] >= permuted[prefix + 2];
    const auto moved = permuted.begin() + static_cast<std::ptrdiff_t>(prefix + (skip ? 2 : 1));
    std::rotate(permuted.begin(), moved, moved + 1);
    prefix = permuted[0] < permuted[1] ? 0 : prefix + 1;
    if (!visit(permuted)) {
      return false;
    }
  }
  return true;
}

bool for_each_device_groups(const GroupRules& rules, std::int64_t num_stages,
                            const std::function<bool(const DeviceGroups&)>& visit) {
  DeviceGroups flat;
  const auto visit_permutation = [&](const PermutedItems& items) {
    flat.clear();
    for (const GroupItem* item : items) {
      flat.insert(flat.end(), item->begin(), item->end());
    }
    return visit(flat);
  };
  const std::function<bool(const DeviceGroups&)> visit_multiset = [&](const DeviceGroups& groups) {
    return for_each_permutation(glued_groups(groups, rules), visit_permutation);
  };
  return Multisets(allowed_sizes(rules, num_stages), visit_multiset)
      .fill(0, num_stages, rules.num_gpus);
}

double num_device_groups(const GroupRules& rules, std::int64_t fewest_stages,
                         std::int64_t most_stages, double enough) {
  constexpr std::int64_t kMostMultisets = 1'000'000;  // a second's work
  double all = 0;
  std::int64_t multisets = 0;
  const std::function<bool(const DeviceGroups&)> count = [&](const DeviceGroups& groups) {
    all += num_permutations(glued_groups(groups, rules));
    return all <= enough && ++multisets < kMostMultisets;
  };
  for (std::int64_t stages = fewest_stages; stages <= most_stages; ++stages) {
    if (!Multisets(allowed_sizes(rules, stages), count).fill(0, stages, rules.num_gpus)) {
      break;
    }
  }
  return all;
}

}  // namespace calculon
