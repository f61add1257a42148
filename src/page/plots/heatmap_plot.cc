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

struct HeatCells {
  Json values = Json::array();
  std::size_t longest = 1;  // letters of a line
  std::size_t lines = 1;
  RowNumbers rows;       // the best of each cell
  bool several = false;  // some cell has more than one row
};

// The rows of each value of a column; none for values that do not occur.
std::vector<RowNumbers> rows_by_value(const PlotRequest& request, const RowNumbers& rows,
                                      const std::string& column, const std::vector<Cell>& values) {
  DistinctValues places;
  for (const Cell& value : values) {
    places.add(value);
  }
  std::vector<RowNumbers> groups(values.size());
  for (const std::size_t row : rows) {
    groups[places.add(request.table().value(row, column))].push_back(row);
  }
  return groups;
}

// What is the same for all panels of a heat map.
struct HeatMap {
  std::string x;
  std::string y;
  ColumnInfo color;
  DistinctValues x_values;  // keeps the texts of xs
  DistinctValues y_values;
  std::vector<Cell> xs;  // in the order of the axis
  std::vector<Cell> ys;
  bool with_text = false;
  Extent extent = {};  // of the colors of all panels
};

// Fills in what a cell shows of the best of its rows.
void show_row(const PlotRequest& request, std::size_t row, HeatMap& map, HeatCells& cells,
              Json& cell) {
  cell["row"] = row;
  cells.rows.push_back(row);
  const auto color = shown_value(request.table(), row, map.color);
  if (!color) {
    return;
  }
  cell["c"] = *color;
  map.extent.add(*color);
  const auto text = cell_lines(request, row, map.color.name);
  for (const std::string& line : text) {
    cells.longest = std::max(cells.longest, line.size());
  }
  cells.lines = std::max(cells.lines, text.size());
  cell["text"] = text;
}

HeatCells cells_of(const PlotRequest& request, const RowNumbers& rows, HeatMap& map) {
  HeatCells cells;
  const auto lines = rows_by_value(request, rows, map.y, map.ys);
  for (std::size_t j = 0; j < map.ys.size(); ++j) {
    const auto line_cells = rows_by_value(request, lines[j], map.x, map.xs);
    for (std::size_t i = 0; i < map.xs.size(); ++i) {
      Json cell = {{"x", map.xs[i]}, {"y", map.ys[j]}, {"c", nullptr}, {"text", {"—"}}};
      cell["about"] =
          fmt::format("{} {}, {} {}", map.x, value_label(map.xs[i]), map.y, value_label(map.ys[j]));
      if (const auto row = best_row(request.table(), line_cells[i])) {
        cells.several = cells.several || line_cells[i].size() > 1;
        show_row(request, *row, map, cells, cell);
      }
      cells.values.push_back(std::move(cell));
    }
  }
  return cells;
}

// All values of a column among the rows.
DistinctValues values_of(const PlotRequest& request, const std::string& column) {
  DistinctValues values;
  for (const std::size_t row : request.rows) {
    values.add(request.table().value(row, column));
  }
  return values;
}

Json band(const std::string& name, const std::vector<Cell>& values) {
  return {{"name", name},
          {"type", "band"},
          {"domain", values},
          {"range", name == "x" ? "width" : "height"},
          {"padding", 0.04}};
}

HeatMap heat_map_of(const PlotRequest& request) {
  constexpr std::size_t kMostTextColumns = 24;
  HeatMap map;
  map.x = request.text("x");
  map.y = request.text("y");
  map.color = column_info(request.text("color", "sample_rate"));
  map.x_values = values_of(request, map.x);
  map.y_values = values_of(request, map.y);
  map.xs = map.x_values.sorted();
  map.ys = map.y_values.sorted();
  map.with_text = map.xs.size() <= kMostTextColumns;
  return map;
}

// Of a cell that holds its texts.
double text_width_of(const HeatCells& cells) {
  constexpr double kLetter = 6.5;
  return kLetter * static_cast<double>(cells.longest) + 10;
}

Panel panel_of(const HeatMap& map, const HeatCells& cells) {
  constexpr double kLine = 13;
  constexpr double kWidth = 420;  // that few columns take
  const auto columns = static_cast<double>(std::max<std::size_t>(map.xs.size(), 1));
  const double text_width = text_width_of(cells);
  const double cell_width = map.with_text
                                ? std::max(text_width, std::clamp(kWidth / columns, 40.0, 80.0))
                                : std::max(6.0, 640 / columns);
  const double cell_height = map.with_text
                                 ? 20 + kLine * static_cast<double>(cells.lines)
                                 : std::max(6.0, 360 / static_cast<double>(map.ys.size()));
  Panel panel;
  panel.width = cell_width * static_cast<double>(map.xs.size());
  panel.height = cell_height * static_cast<double>(map.ys.size());
  panel.data = {{{"name", "cells"}, {"values", cells.values}}};
  Json upward = band("y", map.ys);
  upward["range"] = {{"signal", "[height, 0]"}};
  panel.scales = Json::array({band("x", map.xs), std::move(upward)});
  panel.axes = Json::array({named_axis(column_info(map.x).with_unit(), map.xs, panel.width),
                            left_axis(column_info(map.y).with_unit())});
  panel.axes[1].erase("grid");
  panel.axes[1].erase("tickCount");
  panel.marks = Json::array({spec_part(kCells)});
  if (map.with_text) {
    Json texts = spec_part(kTexts);
    // Lines hang below y: start half of the further ones above the middle.
    texts["encode"]["update"]["y"] = {
        {"scale", "y"},
        {"field", "y"},
        {"band", 0.5},
        {"offset", {{"signal", fmt::format("-{} * (length(datum.text) - 1)", kLine / 2)}}}};
    panel.marks.push_back(std::move(texts));
  }
  return panel;
}

Json heat_scale(const PlotRequest& request, const HeatMap& map) {
  Json scale = {{"name", "cell"}, {"type", "linear"}, {"clamp", true}, {"interpolate", "rgb"}};
  const Json range = request.plot.value("range", Json());
  const double least = range.is_array() ? range[0].get<double>() : map.extent.least;
  double greatest = range.is_array() ? range[1].get<double>() : map.extent.greatest;
  greatest = greatest > least ? greatest : least + 1;
  const bool blue_least =
      request.text("blue", less_is_better(map.color.name) ? "least" : "greatest") == "least";
  scale["domain"] = {least, (least + greatest) / 2, greatest};
  scale["range"] = {blue_least ? kBlue : kRed, "#f7f7f7", blue_least ? kRed : kBlue};
  return scale;
}

}  // namespace

Drawing heatmap(const PlotRequest& request) {
  HeatMap map = heat_map_of(request);
  std::vector<HeatCells> all;
  const auto groups = grouped(request.table(), request.rows, request.text("panel"));
  for (const RowGroup& group : groups) {
    all.push_back(cells_of(request, group.rows, map));
  }
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    panels.push_back(panel_of(map, all[i]));
    panels.back().title = group_title(request.text("panel"), groups[i].value);
  }

  Drawing drawing;
  drawing.title = request.text(
      "title", fmt::format("{} over {} and {}", map.color.words, column_info(map.x).in_sentence(),
                           column_info(map.y).in_sentence()));
  for (const HeatCells& cells : all) {
    drawing.rows.insert(drawing.rows.end(), cells.rows.begin(), cells.rows.end());
  }
  if (std::any_of(all.begin(), all.end(), [](const HeatCells& cells) { return cells.several; })) {
    drawing.notes.push_back("A cell shows the best of the rows that fall on it.");
  }
  add_note(drawing, missing_note(request.table(), request.rows));
  const double height = panels.empty() ? 0 : panels.front().height;
  drawing.spec = figure(panels, Json::array({heat_scale(request, map)}),
                        {{{"fill", "cell"},
                          {"type", "gradient"},
                          {"title", map.color.with_unit()},
                          {"gradientLength", std::clamp(height, 60.0, 160.0)}}});
  if (map.with_text) {
    double least = 0;  // width with which texts still fit
    for (const HeatCells& cells : all) {
      least = std::max(least, text_width_of(cells) * static_cast<double>(map.xs.size()));
    }
    drawing.spec["usermeta"]["least"] = least;
  }
  return drawing;
}

}  // namespace calculon
