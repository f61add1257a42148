#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// A table of results as a page gets it: an array of objects.
class RowTable {
 public:
  explicit RowTable(const Json& rows) : rows_(&rows) {}

  std::size_t size() const { return rows_->size(); }
  // Null where the row has no such value.
  const Json& value(std::size_t row, std::string_view column) const;
  // A finite number, or nothing. A flag counts as 0 or 1 nowhere.
  std::optional<double> number(std::size_t row, std::string_view column) const;
  // The point has an answer.
  bool ok(std::size_t row) const;
  // Whether any row has a value there.
  bool has(std::string_view column) const;
  // All columns that have a value somewhere, in the order of their first appearance.
  std::vector<std::string> columns() const;

 private:
  const Json* rows_;
};

using RowNumbers = std::vector<std::size_t>;

// The row of most samples per second, of those the one with least tier-1 memory, of those the
// first. Rows without an answer come last; nothing of nothing.
std::optional<std::size_t> best_row(const RowTable& table, const RowNumbers& rows);

// The different values of something; 8 and 8.0 are the same.
class DistinctValues {
 public:
  // The place of a value, a new one if it was not there yet.
  std::size_t add(const Json& value);
  // Numbers ascending; others as they came.
  std::vector<Json> sorted() const;
  const std::vector<Json>& values() const { return values_; }

 private:
  std::vector<Json> values_;
  std::unordered_map<std::string, std::size_t> places_;
};

// One group of rows per value of a column, in that order; all in one where `column` is empty.
struct RowGroup {
  Json value;
  RowNumbers rows;
};
std::vector<RowGroup> grouped(const RowTable& table, const RowNumbers& rows,
                              std::string_view column);

}  // namespace calculon
