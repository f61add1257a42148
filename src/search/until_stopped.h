#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "calculon/base/parallel.h"

namespace calculon {

// Visits items of a list that can be long, until the search is stopped.
template <class Item, class Visit>
void visit_until_stopped(const std::vector<Item>& items, const StopToken& stop,
                         const Visit& visit) {
  constexpr std::size_t kItemsPerCheck = 256;
  for (std::size_t first = 0; first < items.size(); first += kItemsPerCheck) {
    if (first > 0 && stop) {
      return;
    }
    const std::size_t last = std::min(items.size(), first + kItemsPerCheck);
    for (std::size_t i = first; i < last; ++i) {
      visit(items[i]);
    }
  }
}

}  // namespace calculon
