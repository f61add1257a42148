#pragma once

#include <array>
#include <cassert>
#include <cstddef>

namespace calculon {

// A vector with room for `kCapacity` values inside itself: a search builds a block's layers
// thousands of times and must not allocate for it. Pushing more is a mistake of ours, asserted.
template <class Value, std::size_t kCapacity>
class FixedVector {
 public:
  void push_back(const Value& value) {
    assert(size_ < kCapacity && "the longest list is known; raise kCapacity with it");
    values_[size_++] = value;
  }
  std::size_t size() const { return size_; }
  const Value& operator[](std::size_t i) const { return values_[i]; }
  const Value* begin() const { return values_.data(); }
  const Value* end() const { return values_.data() + size_; }

 private:
  std::array<Value, kCapacity> values_{};
  std::size_t size_ = 0;
};

}  // namespace calculon
