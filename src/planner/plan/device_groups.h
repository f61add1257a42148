#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace calculon {

// The sizes of a pipeline's stages in GPUs, first stage first.
using DeviceGroups = std::vector<std::int64_t>;

// Which lists of device groups there are.
struct GroupRules {
  std::int64_t num_gpus = 1;
  double scale_variance = 1;            // smallest group, as a share of the even one; 0: any
  std::int64_t max_permute_length = 1;  // about so many items are permuted
  bool count_leading_exactly = false;   // repairs quirk H8
  // Sizes are powers of two times one of these. As published there is only 1.
  std::vector<std::int64_t> odd_parts = {1};
};

// What is permuted: one group, or neighbours that were glued together.
using GroupItem = std::vector<std::int64_t>;

// Glues neighbouring small groups until about `max_permute_length` items are left (or it does not
// help).
std::vector<GroupItem> glued_groups(const DeviceGroups& ascending, const GroupRules& rules);

// Calls `visit` with each distinct permutation of `items`, in the order in which prefixes are
// shifted ("cool-lex"), until it returns false. Returns whether it never did.
using PermutedItems = std::vector<const GroupItem*>;
bool for_each_permutation(const std::vector<GroupItem>& items,
                          const std::function<bool(const PermutedItems&)>& visit);

// Calls `visit` with each list of `num_stages` groups with the sum of all GPUs, in the published
// order, until it returns false. Lists can repeat where groups were glued.
bool for_each_device_groups(const GroupRules& rules, std::int64_t num_stages,
                            const std::function<bool(const DeviceGroups&)>& visit);

// How many lists for_each_device_groups() has for `fewest_stages` to `most_stages` stages. The
// counting ends above `enough`, and where it would take longer than a second.
double num_device_groups(const GroupRules& rules, std::int64_t fewest_stages,
                         std::int64_t most_stages, double enough);

}  // namespace calculon
