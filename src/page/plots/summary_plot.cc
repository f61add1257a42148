// A table of what groups of rows sum up to: how far they are off, or how many there are.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "measured/table_errors.h"
#include "page/plots/figure.h"

namespace calculon {
namespace {

constexpr std::string_view kMissing = "–";

// The rows of one line, apart for each value of the series.
class SummaryLines {
 public:
  explicit SummaryLines(const PlotRequest& request) : request_(request) {
    series_ = request.text("series");
    for (const RowGroup& group : grouped(request.table(), request.rows, series_)) {
      values_.push_back(group.value);
    }
    if (request.has("y")) {
      y_ = column_info(request.text("y"));
    }
  }

  void add(const std::string& column, const std::string& name, const RowNumbers& rows) {
    Json cells = Json::array({column, name});
    RowNumbers counted;
    for (const RowNumbers& part : parts(rows)) {
      counted.insert(counted.end(), part.begin(), part.end());
      add_cells(part, cells);
    }
    if (!counted.empty()) {
      std::sort(counted.begin(), counted.end());
      lines_.push_back({{"cells", std::move(cells)}, {"rows", counted}});
    }
  }

  // Those of the rows that count, of which each value of the series has one for the same `over`.
  RowNumbers in_all_series(const std::string& over) const {
    std::map<std::string, RowNumbers> found;
    for (const RowNumbers& part : parts(request_.rows)) {
      for (const std::size_t row : part) {
        found[value_key(request_.table().value(row, over))].push_back(row);
      }
    }
    RowNumbers rows;
    for (const auto& [value, of_value] : found) {
      if (of_value.size() == values_.size()) {
        rows.insert(rows.end(), of_value.begin(), of_value.end());
      }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  // {"heads": [[{"text", "span"}, ...], ...], "lines": [{"cells", "rows"}, ...]}
  Json json() const {
    Json names = Json::array({{{"text", ""}, {"span", 2}}});
    Json figures = Json::array({{{"text", ""}, {"span", 2}}});
    for (const Cell& value : values_) {
      names.push_back({{"text", value_label(value)}, {"span", heads().size()}});
      for (const std::string_view head : heads()) {
        figures.push_back({{"text", head}, {"span", 1}});
      }
    }
    Json all = Json::array();
    if (!series_.empty()) {
      all.push_back(std::move(names));
    }
    all.push_back(std::move(figures));
    return {{"heads", std::move(all)}, {"lines", lines_}};
  }

 private:
  std::vector<std::string_view> heads() const {
    return y_ ? std::vector<std::string_view>{"rows", "mean", "median", "9 of 10", "bias"}
              : std::vector<std::string_view>{"rows"};
  }

  // For each value of the series; with `y` only rows that have it.
  std::vector<RowNumbers> parts(const RowNumbers& rows) const {
    std::vector<RowNumbers> parts(values_.size());
    for (const std::size_t row : rows) {
      const Cell value = request_.table().value(row, series_);
      const auto at = std::find(values_.begin(), values_.end(), value);
      if (at != values_.end() && (!y_ || shown_value(request_.table(), row, *y_))) {
        parts[static_cast<std::size_t>(at - values_.begin())].push_back(row);
      }
    }
    return parts;
  }

  void add_cells(const RowNumbers& rows, Json& cells) const {
    cells.push_back(fmt::format("{}", rows.size()));
    if (!y_) {
      return;
    }
    std::vector<double> errors;
    for (const std::size_t row : rows) {
      errors.push_back(*shown_value(request_.table(), row, *y_));
    }
    const ErrorSummary sum = summarize(errors);
    for (const double figure : {sum.mean, sum.median, sum.p90}) {
      cells.push_back(rows.empty() ? std::string(kMissing) : fmt::format("{:.2f}", figure));
    }
    cells.push_back(rows.empty() ? std::string(kMissing) : fmt::format("{:+.2f}", sum.bias));
  }

  const PlotRequest& request_;
  std::string series_;
  std::vector<Cell> values_;
  std::optional<ColumnInfo> y_;
  Json lines_ = Json::array();
};

// Groups by a column that have a value there, in the order of their names.
std::vector<std::pair<std::string, RowNumbers>> named_groups(const PlotRequest& request,
                                                             const std::string& column) {
  std::vector<std::pair<std::string, RowNumbers>> groups;
  for (const RowGroup& group : grouped(request.table(), request.rows, column)) {
    if (!group.value.is_missing()) {
      groups.emplace_back(value_label(group.value), group.rows);
    }
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return groups;
}

}  // namespace

Drawing summary_plot(const PlotRequest& request) {
  SummaryLines lines(request);
  lines.add("all", "", request.rows);
  if (request.has("over")) {
    lines.add("all", fmt::format("where every {} has one", request.text("series")),
              lines.in_all_series(request.text("over")));
  }
  for (const std::string& column : request.names("x")) {
    for (const auto& [name, rows] : named_groups(request, column)) {
      lines.add(column, name, rows);
    }
  }
  Drawing drawing;
  drawing.title =
      request.text("title", request.has("y") ? column_info(request.text("y")).words + " in groups"
                                             : "Rows in groups");
  drawing.rows = request.rows;
  drawing.summary = lines.json();
  if (request.has("y")) {
    const ColumnInfo y = column_info(request.text("y"));
    drawing.notes.push_back(
        fmt::format("Rows that have the {}{}; mean, median and nine of ten of its "
                    "size, and its mean with signs.",
                    y.in_sentence(), y.unit.empty() ? "" : ", in " + y.unit));
  }
  drawing.notes.emplace_back("A click on a line shows its rows in the table at the foot.");
  return drawing;
}

}  // namespace calculon
