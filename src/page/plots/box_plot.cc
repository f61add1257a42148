// How a measure is spread in each group of rows: a box for each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "page/plots/figure.h"

namespace calculon {
namespace {

constexpr std::string_view kWhiskers = R"json({
  "type": "rule", "from": {"data": "boxes"}, "interactive": false, "clip": true,
  "encode": {"update": {
    "x": {"scale": "x", "field": "from"}, "x2": {"scale": "x", "field": "to"},
    "y": {"scale": "y", "field": "p", "band": 0.5}, "stroke": {"value": "currentColor"},
    "strokeOpacity": {"value": 0.6}}}})json";

constexpr std::string_view kBoxes = R"json({
  "type": "rect", "from": {"data": "boxes"}, "clip": true,
  "encode": {"update": {
    "x": {"scale": "x", "field": "q1"}, "x2": {"scale": "x", "field": "q3"},
    "y": {"scale": "y", "field": "p"}, "height": {"scale": "y", "band": 1},
    "fill": {"value": "#4c78a8"}, "fillOpacity": {"value": 0.75}, "tooltip": {"value": "row"}},
    "hover": {"fillOpacity": {"value": 1}}}})json";

constexpr std::string_view kMedians = R"json({
  "type": "rule", "from": {"data": "boxes"}, "interactive": false, "clip": true,
  "encode": {"update": {
    "x": {"scale": "x", "field": "median"}, "y": {"scale": "y", "field": "p"},
    "y2": {"scale": "y", "field": "p", "band": 1}, "stroke": {"value": "currentColor"},
    "strokeWidth": {"value": 1.5}}}})json";

constexpr std::string_view kOutliers = R"json({
  "type": "symbol", "from": {"data": "outliers"}, "clip": true,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "p", "band": 0.5},
    "fill": {"value": "#e45756"}, "fillOpacity": {"value": 0.8}, "size": {"value": 22},
    "tooltip": {"value": "row"}},
    "hover": {"size": {"value": 100}}}})json";

constexpr std::string_view kZeroLine = R"json({
  "type": "rule", "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "value": 0}, "y": {"value": 0}, "y2": {"signal": "height"},
    "stroke": {"value": "currentColor"}, "strokeOpacity": {"value": 0.5},
    "strokeDash": {"value": [4, 4]}}}})json";

// Names in their order, not in that of the rows.
std::vector<RowGroup> groups_by_name(const Table& table, const RowNumbers& rows,
                                     const std::string& column) {
  std::vector<RowGroup> groups = grouped(table, rows, column);
  const auto text_of = [](const RowGroup& group) {
    return group.value.is_text() ? group.value.text() : std::string_view();
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const RowGroup& a, const RowGroup& b) { return text_of(a) < text_of(b); });
  return groups;
}

struct RowValue {
  double value;
  std::size_t row;
};

// Between two neighbours where a share of ascending values falls between them.
double quantile(const std::vector<RowValue>& ascending, double share) {
  const double place = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  const double part = place - static_cast<double>(below);
  return ascending[below].value + part * (ascending[above].value - ascending[below].value);
}

struct BoxMarks {
  Json boxes = Json::array();
  Json outliers = Json::array();
  std::vector<std::string> lines;
  Extent extent;

  // The whiskers reach to the last values within one and a half times the height of the box.
  void add(const std::string& line, std::vector<RowValue> values, const ColumnInfo& y) {
    constexpr double kReach = 1.5;
    std::sort(values.begin(), values.end(),
              [](const RowValue& a, const RowValue& b) { return a.value < b.value; });
    const double q1 = quantile(values, 0.25);
    const double median = quantile(values, 0.5);
    const double q3 = quantile(values, 0.75);
    Extent whiskers;
    whiskers.add(q1);
    whiskers.add(q3);
    for (const RowValue& each : values) {
      extent.add(each.value);
      if (each.value >= q1 - kReach * (q3 - q1) && each.value <= q3 + kReach * (q3 - q1)) {
        whiskers.add(each.value);
      } else {
        outliers.push_back({{"x", each.value},
                            {"p", line},
                            {"row", each.row},
                            {"about", fmt::format("{:.4g} {}", each.value, y.unit)}});
      }
    }
    lines.push_back(line);
    boxes.push_back({{"p", line},
                     {"q1", q1},
                     {"median", median},
                     {"q3", q3},
                     {"from", whiskers.least},
                     {"to", whiskers.greatest},
                     {"row", values[values.size() / 2].row},
                     {"about",
                      {line,
                       fmt::format("median {0:.4g} {3}, middle half {1:.4g} to {2:.4g} {3}", median,
                                   q1, q3, y.unit),
                       "below: the row in the middle"}}});
  }
};

Panel box_panel(const BoxMarks& marks, const ColumnInfo& y, const Json& range) {
  constexpr double kLineHeight = 24;
  Panel panel;
  panel.width = 560;
  panel.height = kLineHeight * static_cast<double>(std::max<std::size_t>(marks.lines.size(), 1));
  panel.data = {{{"name", "boxes"}, {"values", marks.boxes}},
                {{"name", "outliers"}, {"values", marks.outliers}}};
  Json names = {{"name", "y"},
                {"type", "band"},
                {"domain", marks.lines},
                {"range", "height"},
                {"padding", 0.3}};
  panel.scales =
      Json::array({number_scale("x", marks.extent, false, range, true), std::move(names)});
  Json bottom = bottom_axis(y.with_unit());
  bottom["grid"] = true;
  panel.axes = Json::array({std::move(bottom), named_lines_axis(320)});
  panel.marks = Json::array({spec_part(kZeroLine), spec_part(kWhiskers), spec_part(kBoxes),
                             spec_part(kMedians), spec_part(kOutliers)});
  return panel;
}

}  // namespace

Drawing box_plot(const PlotRequest& request) {
  const ColumnInfo y = column_info(request.text("y", "sample_rate"));
  const std::string x = request.text("x");
  BoxMarks marks;
  for (const RowGroup& group : groups_by_name(request.table(), request.rows, x)) {
    std::vector<RowValue> values;
    for (const std::size_t row : group.rows) {
      if (const auto value = shown_value(request.table(), row, y)) {
        values.push_back({*value, row});
      }
    }
    if (!values.empty()) {
      const std::string line = fmt::format("{} ({})", group_title(x, group.value), values.size());
      marks.add(line, std::move(values), y);
    }
  }
  Drawing drawing;
  drawing.title =
      request.text("title", fmt::format("{} by {}", y.words, column_info(x).in_sentence()));
  drawing.rows = request.rows;
  add_note(drawing, missing_note(request.table(), request.rows));
  drawing.notes.push_back(
      "A box holds the middle half of the rows, whiskers reach to the last within one and a half "
      "times its length, and points are the others.");
  drawing.spec = figure({box_panel(marks, y, request.plot.value("range", Json()))}, Json::array(),
                        Json::array());
  return drawing;
}

}  // namespace calculon
