// One measure against another, a point for each row, such as predictions against measurements.
#include <fmt/format.h>

#include <algorithm>

#include "page/plots/figure.h"

namespace calculon {
namespace {

// Around the line where both are equal.
constexpr std::string_view kBandArea = R"json({
  "type": "area", "from": {"data": "band"}, "interactive": false, "clip": true,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "least"},
    "y2": {"scale": "y", "field": "greatest"}, "fill": {"value": "currentColor"},
    "fillOpacity": {"value": 0.1}}}})json";

constexpr std::string_view kEqualLine = R"json({
  "type": "line", "from": {"data": "band"}, "interactive": false, "clip": true,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "x"},
    "stroke": {"value": "currentColor"}, "strokeOpacity": {"value": 0.5},
    "strokeDash": {"value": [4, 4]}}}})json";

constexpr std::string_view kScatterPoints = R"json({
  "type": "symbol", "from": {"data": "points"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "fill": {"scale": "color", "field": "s"}, "fillOpacity": {"value": 0.75},
    "size": {"value": 26}, "tooltip": {"value": "row"}},
    "hover": {"size": {"value": 110}, "fillOpacity": {"value": 1}}}})json";

struct ScatterPoints {
  Json points = Json::array();
  std::vector<std::string> series;
  Extent x;
  Extent y;
  std::size_t left_out = 0;  // rows that lack a value, or have one that a logarithm has not
};

ScatterPoints scatter_points(const PlotRequest& request, const ColumnInfo& x, const ColumnInfo& y,
                             bool x_log, bool y_log) {
  ScatterPoints found;
  for (const RowGroup& group : grouped(request.table(), request.rows, request.text("series"))) {
    const std::string name = group_title(request.text("series"), group.value);
    const std::size_t before = found.points.size();
    for (const std::size_t row : group.rows) {
      const auto at_x = shown_value(request.table(), row, x);
      const auto at_y = shown_value(request.table(), row, y);
      if (!at_x || !at_y || (x_log && *at_x <= 0) || (y_log && *at_y <= 0)) {
        ++found.left_out;
        continue;
      }
      found.x.add(*at_x);
      found.y.add(*at_y);
      found.points.push_back({{"x", *at_x}, {"y", *at_y}, {"s", name}, {"row", row}});
    }
    if (found.points.size() > before) {
      found.series.push_back(name);
    }
  }
  return found;
}

// With a band both axes are the same, with some room around the points.
void even_extents(ScatterPoints& found, bool log) {
  constexpr double kRoom = 1.25;
  if (found.points.empty()) {
    return;
  }
  Extent& x = found.x;
  x.add(found.y.least);
  x.add(found.y.greatest);
  x.least = log || x.least > 0 ? x.least / kRoom : x.least;
  x.greatest = x.greatest < 0 ? x.greatest / kRoom : x.greatest * kRoom;
  found.y = x;
}

// The line of equals and what lies within so many per cent of it; straight on logarithmic axes,
// too.
Json band_values(const Extent& extent, double percent) {
  Json values = Json::array();
  for (const double at : {extent.least, extent.greatest}) {
    values.push_back({{"x", at},
                      {"least", at * std::max(1 - percent / 100, 1e-3)},
                      {"greatest", at * (1 + percent / 100)}});
  }
  return values;
}

}  // namespace

Drawing scatter_plot(const PlotRequest& request) {
  const ColumnInfo x = column_info(request.text("x"));
  const ColumnInfo y = column_info(request.text("y"));
  const bool x_log = request.flag("x_log", false);
  const bool y_log = request.flag("y_log", false);
  const bool has_band = request.has("band");
  ScatterPoints found = scatter_points(request, x, y, x_log, y_log);
  Panel panel;
  panel.width = 560;
  panel.height = has_band ? panel.width : 420;
  panel.data = {{{"name", "points"}, {"values", found.points}}};
  if (has_band) {
    even_extents(found, x_log && y_log);
    const Json values = band_values(found.x, request.plot["band"].get<double>());
    panel.data.push_back({{"name", "band"}, {"values", values}});
    panel.marks = Json::array({spec_part(kBandArea), spec_part(kEqualLine)});
  }
  panel.marks.push_back(spec_part(kScatterPoints));
  Json across = number_scale("x", found.x, x_log, Json(), false);
  Json up = number_scale("y", found.y, y_log, request.plot.value("range", Json()), false);
  for (Json* scale : {&across, &up}) {
    if (has_band && !scale->contains("clamp")) {
      (*scale)["nice"] = false;
      (*scale)["domain"] = {found.x.least, found.x.greatest};
    }
  }
  panel.scales = Json::array({std::move(across), std::move(up)});
  Json bottom = bottom_axis(x.with_unit());
  Json left = left_axis(y.with_unit());
  for (Json* axis : {&bottom, &left}) {
    (*axis)["format"] = ",~g";
    (*axis)["grid"] = true;
  }
  panel.axes = Json::array({std::move(bottom), std::move(left)});

  Drawing drawing;
  drawing.title = request.text("title", fmt::format("{} against {}", y.name, x.name));
  drawing.rows = request.rows;
  add_note(drawing, missing_note(request.table(), request.rows));
  if (found.left_out > 0) {
    drawing.notes.push_back(
        fmt::format("{} of {} rows have no point here.", found.left_out, request.rows.size()));
  }
  const bool several = found.series.size() > 1;
  drawing.spec = figure({panel}, Json::array({color_scale(found.series)}),
                        several ? Json::array({color_legend("")}) : Json::array());
  return drawing;
}

}  // namespace calculon
