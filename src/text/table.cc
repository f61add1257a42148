#include "text/table.h"

#include <algorithm>
#include <cmath>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "base/whole_number.h"

namespace calculon {

Cell number_cell(double value) {
  if (!std::isfinite(value)) {
    return {};
  }
  if (is_exact_count(value)) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

std::string plain_text(const Cell& cell) {
  if (cell.is_missing()) {
    return "";
  }
  if (cell.is_text()) {
    return std::string(cell.text());
  }
  if (cell.is_flag()) {
    return cell.flag() ? "true" : "false";
  }
  return cell.is_whole() ? std::to_string(cell.whole()) : json_text(Json(cell.number()));
}

std::string_view Texts::keep(std::string_view text) {
  return *texts_.emplace(text).first;
}

void Table::add_row() {
  ++size_;
}

void Table::set(std::string_view column, const Cell& cell) {
  std::vector<Cell>& cells = columns_[place_of(column)].cells;
  cells.resize(size_);
  cells.back() = texts_->keep_cell(cell);
}

void Table::add_copy(const Table& from, std::size_t row, const std::vector<std::string>& columns) {
  add_row();
  for (const std::string& column : columns) {
    set(column, from.value(row, column));
  }
  if (const Distribution* summary = from.summary(row)) {
    set_summary(*summary);
  }
}

void Table::set_summary(Distribution summary) {
  summaries_[size_ - 1] = std::move(summary);
}

void Table::add_columns(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    place_of(name);
  }
}

void Table::clear() {
  size_ = 0;
  summaries_.clear();
  for (Column& column : columns_) {
    column.cells.clear();
  }
}

const Cell& Table::value(std::size_t row, std::string_view column) const {
  static const Cell kNothing;
  const auto place = places_.find(column);
  if (place == places_.end()) {
    return kNothing;
  }
  const std::vector<Cell>& cells = columns_[place->second].cells;
  return row < cells.size() ? cells[row] : kNothing;
}

std::optional<double> Table::number(std::size_t row, std::string_view column) const {
  const Cell& cell = value(row, column);
  return cell.is_number() && std::isfinite(cell.number()) ? std::optional(cell.number())
                                                          : std::nullopt;
}

const Distribution* Table::summary(std::size_t row) const {
  const auto found = summaries_.find(row);
  return found == summaries_.end() ? nullptr : &found->second;
}

bool Table::ok(std::size_t row) const {
  const Cell& status = value(row, "status");
  return status.is_missing() || status == "ok";
}

bool Table::has(std::string_view column) const {
  const auto place = places_.find(column);
  return place != places_.end() &&
         !std::all_of(columns_[place->second].cells.begin(), columns_[place->second].cells.end(),
                      [](const Cell& cell) { return cell.is_missing(); });
}

std::vector<std::string> Table::all_columns() const {
  std::vector<std::string> names;
  for (const Column& column : columns_) {
    names.push_back(column.name);
  }
  return names;
}

std::vector<std::string> Table::columns() const {
  std::vector<std::pair<std::size_t, const Column*>> first_rows;
  for (const Column& column : columns_) {
    const auto first = std::find_if(column.cells.begin(), column.cells.end(),
                                    [](const Cell& cell) { return !cell.is_missing(); });
    if (first != column.cells.end()) {
      first_rows.emplace_back(first - column.cells.begin(), &column);
    }
  }
  std::stable_sort(first_rows.begin(), first_rows.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [row, column] : first_rows) {
    names.push_back(column->name);
  }
  return names;
}

std::size_t Table::place_of(std::string_view column) {
  if (const auto known = places_.find(column); known != places_.end()) {
    return known->second;
  }
  places_.emplace(texts_->keep(column), columns_.size());
  columns_.push_back({std::string(column), {}});
  return columns_.size() - 1;
}

}  // namespace calculon
