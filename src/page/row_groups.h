#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/table.h"

namespace calculon {

using RowNumbers = std::vector<std::size_t>;

// The row of most samples per second, of those the one with least memory, of those the first. Rows
// without an answer come last; nothing of nothing.
std::optional<std::size_t> best_row(const Table& table, const RowNumbers& rows);

// The different values of something; 8 and 8.0 are the same. The texts of what it gives out live as
// long as it or a copy of it.
class DistinctValues {
 public:
  // The place of a value, a new one if it was not there yet. Texts are copied.
  std::size_t add(const Cell& value);
  // Numbers ascending; others as they came.
  std::vector<Cell> sorted() const;
  const std::vector<Cell>& values() const { return values_; }

 private:
  std::vector<Cell> values_;
  std::unordered_map<std::string, std::size_t> places_;
  std::shared_ptr<Texts> texts_ = std::make_shared<Texts>();  // copies share them
};

// A text that is the same for equal values and different for others.
std::string value_key(const Cell& value);

// One group of rows per value of a column, in that order; all in one where `column` is empty.
struct RowGroup {
  Cell value;
  RowNumbers rows;
};
std::vector<RowGroup> grouped(const Table& table, const RowNumbers& rows, std::string_view column);

}  // namespace calculon
