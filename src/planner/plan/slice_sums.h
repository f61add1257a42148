#pragma once

#include <cstddef>
#include <vector>

namespace calculon {

// The sums of all slices [begin, end) of some values, each added up from its own start: differences
// of prefix sums would round differently.
class SliceSums {
 public:
  SliceSums() = default;
  explicit SliceSums(const std::vector<double>& values)
      : size_(values.size()), sums_(position(size_, size_) + 1) {
    for (std::size_t begin = 0; begin <= size_; ++begin) {
      double sum = 0;
      sums_[position(begin, begin)] = sum;
      for (std::size_t end = begin; end < size_; ++end) {
        sum += values[end];
        sums_[position(begin, end + 1)] = sum;
      }
    }
  }

  double operator()(std::size_t begin, std::size_t end) const {
    return sums_[position(begin, end)];
  }
  double all() const { return sums_[size_]; }

  // Where a slice stands in a table of all of them, begin <= end.
  std::size_t position(std::size_t begin, std::size_t end) const {
    return begin * (2 * size_ + 1 - begin) / 2 + end;
  }
  std::size_t num_slices() const { return sums_.size(); }

 private:
  std::size_t size_ = 0;
  std::vector<double> sums_;
};

}  // namespace calculon
