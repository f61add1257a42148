#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace calculon {

// The best `capacity` items by score, larger first; equal scores by larger tie_break, if items have
// one, then by smaller index. The result does not depend on the order in which items are offered,
// nor on how they were spread over lists that are merged, so that each thread can keep a list of
// its own.
template <class Item>  // has members `score` and `index`
class TopN {
 public:
  explicit TopN(std::size_t capacity) : capacity_(capacity) {}

  // The score that an item has to reach to be let in.
  double threshold() const {
    return items_.size() < capacity_ ? -std::numeric_limits<double>::infinity()
                                     : items_.front().score;
  }

  // Keeps the item if it is among the best so far.
  void offer(const Item& item) {
    if (items_.size() == capacity_) {
      if (capacity_ == 0 || !before(item, items_.front())) {
        return;
      }
      std::pop_heap(items_.begin(), items_.end(), before);
      items_.pop_back();
    }
    items_.push_back(item);
    std::push_heap(items_.begin(), items_.end(), before);
  }

  // Offers what another list kept.
  void merge(const TopN& other) {
    for (const Item& item : other.items_) {
      offer(item);
    }
  }

  // All that is kept, the best first.
  std::vector<Item> sorted() const {
    std::vector<Item> items = items_;
    std::sort(items.begin(), items.end(), before);
    return items;
  }

 private:
  static bool before(const Item& a, const Item& b) {
    if (a.score != b.score) {
      return a.score > b.score;
    }
    if constexpr (requires { a.tie_break; }) {
      if (a.tie_break != b.tie_break) {
        return a.tie_break > b.tie_break;
      }
    }
    return a.index < b.index;
  }

  std::size_t capacity_;
  std::vector<Item> items_;  // a heap with the worst item in front
};

}  // namespace calculon
