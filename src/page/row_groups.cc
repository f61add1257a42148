#include "page/row_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "page/calibrated_columns.h"

namespace calculon {

std::string value_key(const Cell& value) {
  if (value.is_number()) {
    return fmt::format("number {}", value.number());
  }
  return (value.is_text() ? "text " : "") + plain_text(value);
}

std::optional<std::size_t> best_row(const Table& table, const RowNumbers& rows) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  std::optional<std::size_t> best;
  std::pair<double, double> best_score;
  for (const std::size_t row : rows) {
    const bool ok = table.ok(row);
    std::pair<double, double> score = {ok ? -table.number(row, "sample_rate").value_or(0) : kNone,
                                       kNone};
    for (const std::string_view column : kMemoryColumns) {
      score.second = table.number(row, column).value_or(score.second);
    }
    if (!best || score < best_score) {
      best = row;
      best_score = score;
    }
  }
  return best;
}

std::size_t DistinctValues::add(const Cell& value) {
  const auto [found, added] = places_.emplace(value_key(value), values_.size());
  if (added) {
    values_.push_back(texts_->keep_cell(value));
  }
  return found->second;
}

std::vector<Cell> DistinctValues::sorted() const {
  std::vector<Cell> values = values_;
  if (std::all_of(values.begin(), values.end(), [](const Cell& v) { return v.is_number(); })) {
    std::sort(values.begin(), values.end(),
              [](const Cell& a, const Cell& b) { return a.number() < b.number(); });
  }
  return values;
}

std::vector<RowGroup> grouped(const Table& table, const RowNumbers& rows, std::string_view column) {
  if (column.empty()) {
    return {{Cell(), rows}};
  }
  std::vector<RowGroup> groups;
  DistinctValues values;
  for (const std::size_t row : rows) {
    const std::size_t place = values.add(table.value(row, column));
    if (place == groups.size()) {
      groups.push_back({table.value(row, column), {}});
    }
    groups[place].rows.push_back(row);
  }
  const auto is_number = [](const RowGroup& group) { return group.value.is_number(); };
  if (std::all_of(groups.begin(), groups.end(), is_number)) {
    std::stable_sort(groups.begin(), groups.end(), [](const RowGroup& a, const RowGroup& b) {
      return a.value.number() < b.value.number();
    });
  }
  return groups;
}

}  // namespace calculon
