#include "page/row_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace calculon {

const Json& RowTable::value(std::size_t row, std::string_view column) const {
  static const Json kNone;
  const Json& cells = (*rows_)[row];
  for (auto cell = cells.begin(); cell != cells.end(); ++cell) {
    if (cell.key() == column) {
      return cell.value();
    }
  }
  return kNone;
}

std::optional<double> RowTable::number(std::size_t row, std::string_view column) const {
  const Json& cell = value(row, column);
  if (!cell.is_number() || !std::isfinite(cell.get<double>())) {
    return std::nullopt;
  }
  return cell.get<double>();
}

bool RowTable::ok(std::size_t row) const {
  const Json& status = value(row, "status");
  return status.is_null() || status == "ok";
}

bool RowTable::has(std::string_view column) const {
  for (std::size_t row = 0; row < size(); ++row) {
    if (!value(row, column).is_null()) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> RowTable::columns() const {
  std::vector<std::string> names;
  std::unordered_set<std::string_view> known;
  for (const Json& row : *rows_) {
    for (auto cell = row.begin(); cell != row.end(); ++cell) {
      if (!cell.value().is_null() && known.insert(cell.key()).second) {
        names.push_back(cell.key());
      }
    }
  }
  return names;
}

std::optional<std::size_t> best_row(const RowTable& table, const RowNumbers& rows) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  std::optional<std::size_t> best;
  std::pair<double, double> best_score;
  for (const std::size_t row : rows) {
    const bool ok = table.ok(row);
    const std::pair<double, double> score = {
        ok ? -table.number(row, "sample_rate").value_or(0) : kNone,
        table.number(row, "proc_mem_tier1_cap_req").value_or(kNone)};
    if (!best || score < best_score) {
      best = row;
      best_score = score;
    }
  }
  return best;
}

std::size_t DistinctValues::add(const Json& value) {
  const auto [found, added] = places_.emplace(
      value.is_number() ? Json(value.get<double>()).dump() : value.dump(), values_.size());
  if (added) {
    values_.push_back(value);
  }
  return found->second;
}

std::vector<Json> DistinctValues::sorted() const {
  std::vector<Json> values = values_;
  if (std::all_of(values.begin(), values.end(), [](const Json& v) { return v.is_number(); })) {
    std::sort(values.begin(), values.end(),
              [](const Json& a, const Json& b) { return a.get<double>() < b.get<double>(); });
  }
  return values;
}

std::vector<RowGroup> grouped(const RowTable& table, const RowNumbers& rows,
                              std::string_view column) {
  if (column.empty()) {
    return {{Json(), rows}};
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
      return a.value.get<double>() < b.value.get<double>();
    });
  }
  return groups;
}

}  // namespace calculon
