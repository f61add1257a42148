// Cells over two columns, each with its best row.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "page/cell_text.h"
#include "page/plots/figure.h"

namespace calculon {
namespace {

constexpr const char* kBlue = "#6ea3e0";
constexpr const char* kRed = "#e8796b";

constexpr std::string_view kCells = R"json({
  "type": "rect", "from": {"data": "cells"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "width": {"scale": "x", "band": 1},
    "y": {"scale": "y", "field": "y"}, "height": {"scale": "y", "band": 1},
    "fill": [{"test": "datum.c === null", "value": "#9aa0a6"}, {"scale": "cell", "field": "c"}],
    "fillOpacity": {"signal": "datum.c === null ? 0.25 : 1"},
    "tooltip": {"value": "row"}},
    "hover": {"stroke": {"value": "currentColor"}, "strokeWidth": {"value": 2}}}})json";

constexpr std::string_view kTexts = R"json({
  "type": "text", "from": {"data": "cells"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x", "band": 0.5},
    "align": {"value": "center"}, "baseline": {"value": "middle"},
    "fill": {"signal": "datum.c === null ? 'currentColor' : '#16191d'"},
    "fontSize": {"value": 11}, "lineHeight": {"value": 13}, "text": {"field": "text"}}}})json";

struct Cells {
  Json values = Json::array();
  std::size_t longest = 1;  // letters of a line
  std::size_t lines = 1;
  RowNumbers rows;       // the best of each cell
  bool several = false;  // some cell has more than one row
};

// The rows of each value of a column; none for values that do not occur.
std::vector<RowNumbers> rows_by_value(const PlotRequest& request, const RowNumbers& rows,
                                      const std::string& column, const std::vector<Json>& values) {
  DistinctValues places;
  for (const Json& value : values) {
    places.add(value);
  }
  std::vector<RowNumbers> groups(values.size());
  for (const std::size_t row : rows) {
    groups[places.add(request.table.value(row, column))].push_back(row);
  }
  return groups;
}

Cells cells_of(const PlotRequest& request, const RowNumbers& rows, const ColumnInfo& color,
               const std::vector<Json>& xs, const std::vector<Json>& ys, Extent& extent) {
  Cells cells;
  const RowTable& table = request.table;
  const auto lines = rows_by_value(request, rows, request.text("y"), ys);
  for (std::size_t j = 0; j < ys.size(); ++j) {
    const auto line_cells = rows_by_value(request, lines[j], request.text("x"), xs);
    for (std::size_t i = 0; i < xs.size(); ++i) {
      Json cell = {{"x", xs[i]}, {"y", ys[j]}, {"c", nullptr}, {"text", {"—"}}};
      cell["about"] = fmt::format("{} {}, {} {}", request.text("x"), value_label(xs[i]),
                                  request.text("y"), value_label(ys[j]));
      if (const auto row = best_row(table, line_cells[i])) {
        cell["row"] = *row;
        cells.rows.push_back(*row);
        cells.several = cells.several || line_cells[i].size() > 1;
        cell["c"] = shown_value(table, *row, color);
        if (!cell["c"].is_null()) {
          extent.add(cell["c"].get<double>());
          const auto text = cell_lines(request, table, *row, color.name);
          for (const std::string& line : text) {
            cells.longest = std::max(cells.longest, line.size());
          }
          cells.lines = std::max(cells.lines, text.size());
          cell["text"] = text;
        }
      }
      cells.values.push_back(std::move(cell));
    }
  }
  return cells;
}

// All values of a column among the rows, in the order of its axis.
std::vector<Json> values_of(const PlotRequest& request, const std::string& column) {
  DistinctValues values;
  for (const std::size_t row : request.rows) {
    values.add(request.table.value(row, column));
  }
  return values.sorted();
}

Json band(const std::string& name, const std::vector<Json>& values) {
  return {{"name", name},
          {"type", "band"},
          {"domain", values},
          {"range", name == "x" ? "width" : "height"},
          {"padding", 0.04}};
}

}  // namespace

Drawing heatmap(const PlotRequest& request) {
  constexpr std::size_t kMostTextColumns = 24;
  const std::string x = request.text("x");
  const std::string y = request.text("y");
  const ColumnInfo color = column_info(request.text("color", "sample_rate"));
  const std::vector<Json> xs = values_of(request, x);
  const std::vector<Json> ys = values_of(request, y);
  const bool with_text = xs.size() <= kMostTextColumns;

  Extent extent;
  std::vector<Cells> all;
  const auto groups = grouped(request.table, request.rows, request.text("panel"));
  for (const RowGroup& group : groups) {
    all.push_back(cells_of(request, group.rows, color, xs, ys, extent));
  }
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    constexpr double kLetter = 6.5;
    constexpr double kLine = 13;
    const double cell_width =
        with_text ? std::max(40.0, kLetter * static_cast<double>(all[i].longest) + 10)
                  : std::max(6.0, 640 / static_cast<double>(xs.size()));
    const double cell_height = with_text ? 16 + kLine * static_cast<double>(all[i].lines)
                                         : std::max(6.0, 360 / static_cast<double>(ys.size()));
    Panel panel;
    panel.title = group_title(request.text("panel"), groups[i].value);
    panel.width = cell_width * static_cast<double>(xs.size());
    panel.height = cell_height * static_cast<double>(ys.size());
    panel.data = {{{"name", "cells"}, {"values", all[i].values}}};
    Json upward = band("y", ys);
    upward["range"] = {{"signal", "[height, 0]"}};
    panel.scales = Json::array({band("x", xs), std::move(upward)});
    panel.axes = Json::array({named_axis(column_info(x).with_unit(), xs, panel.width),
                              left_axis(column_info(y).with_unit())});
    panel.axes[1].erase("grid");
    panel.axes[1].erase("tickCount");
    panel.marks = Json::array({spec_part(kCells)});
    if (with_text) {
      Json texts = spec_part(kTexts);
      // Lines hang below y: start half of the further ones above the middle.
      texts["encode"]["update"]["y"] = {
          {"scale", "y"},
          {"field", "y"},
          {"band", 0.5},
          {"offset", {{"signal", fmt::format("-{} * (length(datum.text) - 1)", kLine / 2)}}}};
      panel.marks.push_back(std::move(texts));
    }
    panels.push_back(std::move(panel));
  }

  Json scale = {{"name", "cell"}, {"type", "linear"}, {"clamp", true}, {"interpolate", "rgb"}};
  const Json range = request.plot.value("range", Json());
  double least = range.is_array() ? range[0].get<double>() : extent.least;
  double greatest = range.is_array() ? range[1].get<double>() : extent.greatest;
  greatest = greatest > least ? greatest : least + 1;
  const bool blue_least =
      request.text("blue", less_is_better(color.name) ? "least" : "greatest") == "least";
  scale["domain"] = {least, (least + greatest) / 2, greatest};
  scale["range"] = {blue_least ? kBlue : kRed, "#f7f7f7", blue_least ? kRed : kBlue};

  Drawing drawing;
  drawing.title = request.text("title", fmt::format("{} over {} and {}", color.name, x, y));
  for (const Cells& cells : all) {
    drawing.rows.insert(drawing.rows.end(), cells.rows.begin(), cells.rows.end());
  }
  if (std::any_of(all.begin(), all.end(), [](const Cells& cells) { return cells.several; })) {
    drawing.notes.push_back("A cell shows the best of the rows that fall on it.");
  }
  if (const std::string note = missing_note(request.table, request.rows); !note.empty()) {
    drawing.notes.push_back(note);
  }
  drawing.spec = figure(panels, {std::move(scale)},
                        {{{"fill", "cell"},
                          {"type", "gradient"},
                          {"title", color.with_unit()},
                          {"gradientLength", 160}}});
  return drawing;
}

}  // namespace calculon
