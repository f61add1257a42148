#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "text/distribution.h"

namespace calculon {

// One value of a table: nothing, a flag, a whole number, any other number, or a text. The text
// belongs to someone else, as that of a string_view does.
class Cell {
 public:
  Cell() = default;
  template <class Number>
  requires std::is_arithmetic_v<Number> Cell(Number value) {
    if constexpr (std::is_same_v<Number, bool>) {
      value_ = value;
    } else if constexpr (std::is_floating_point_v<Number>) {
      value_ = static_cast<double>(value);
    } else {
      value_ = static_cast<std::int64_t>(value);
    }
  }
  Cell(std::string_view text) : value_(text) {}
  Cell(const std::string& text) : value_(std::string_view(text)) {}
  Cell(const char* text) : value_(std::string_view(text)) {}

  bool is_missing() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_flag() const { return std::holds_alternative<bool>(value_); }
  bool is_whole() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const { return is_whole() || std::holds_alternative<double>(value_); }
  bool is_text() const { return std::holds_alternative<std::string_view>(value_); }

  // Each of a cell that is one.
  bool flag() const { return std::get<bool>(value_); }
  std::int64_t whole() const { return std::get<std::int64_t>(value_); }
  double number() const {
    return is_whole() ? static_cast<double>(whole()) : std::get<double>(value_);
  }
  std::string_view text() const { return std::get<std::string_view>(value_); }

  // Numbers are equal by value: 8 is 8.0.
  friend bool operator==(const Cell& a, const Cell& b) {
    return a.is_number() && b.is_number() ? a.number() == b.number() : a.value_ == b.value_;
  }

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string_view> value_;
};

// Nothing for what is not finite, a whole number where the value is one that a double holds
// exactly.
Cell number_cell(double value);

// As JSON writes it, texts without quotes; "" for nothing.
std::string plain_text(const Cell& cell);

// Texts that cells refer to, each kept once.
class Texts {
 public:
  std::string_view keep(std::string_view text);
  Cell keep_cell(const Cell& cell) { return cell.is_text() ? Cell(keep(cell.text())) : cell; }

 private:
  std::unordered_set<std::string> texts_;
};

// A table of results: rows are points of a study, or executions. Its columns have names; not every
// row has a value in each. Quantities are in the units of the field rows.
class Table {
 public:
  std::size_t size() const { return size_; }

  // A row without values, which set() fills.
  void add_row();
  // A value of the last row; a column of this name is made if there is none. Texts are copied.
  void set(std::string_view column, const Cell& cell);
  // A row with some values of a row of another table, and its summary.
  void add_copy(const Table& from, std::size_t row, const std::vector<std::string>& columns);
  // The distribution over all executions of the last row's point.
  void set_summary(Distribution summary);
  // Makes columns, so that they stand in this order whichever gets a value first.
  void add_columns(const std::vector<std::string>& names);
  // Takes away all rows, but no column.
  void clear();

  // Nothing where the row has no such value.
  const Cell& value(std::size_t row, std::string_view column) const;
  // A finite number, or nothing. A flag counts as 0 or 1 nowhere.
  std::optional<double> number(std::size_t row, std::string_view column) const;
  // Null if the row has none.
  const Distribution* summary(std::size_t row) const;
  bool has_summary() const { return !summaries_.empty(); }
  // Whether the row is an answer: its `status` is "ok", or it has none.
  bool ok(std::size_t row) const;
  // Whether any row has a value there.
  bool has(std::string_view column) const;
  // All columns, in their order.
  std::vector<std::string> all_columns() const;
  // Those that have a value somewhere, in the order in which the first row that has one shows them.
  std::vector<std::string> columns() const;

 private:
  struct Column {
    std::string name;
    std::vector<Cell> cells;  // of the first rows; the others have nothing
  };
  std::size_t place_of(std::string_view column);

  std::size_t size_ = 0;
  std::vector<Column> columns_;
  std::unordered_map<std::string_view, std::size_t> places_;  // by texts of texts_
  std::map<std::size_t, Distribution> summaries_;             // by row
  std::shared_ptr<Texts> texts_ = std::make_shared<Texts>();  // copies of a table share them
};

}  // namespace calculon
