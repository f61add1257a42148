// One measure against another, a point for each row, such as predictions against measurements.
#include <fmt/format.h>

#include <algorithm>

#include "calculon/base/quantity_text.h"
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

// What no other point beats in both directions: steps between the points of the front.
constexpr std::string_view kFrontLine = R"json({
  "type": "line", "from": {"data": "front"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "stroke": {"value": "currentColor"}, "strokeOpacity": {"value": 0.7},
    "strokeWidth": {"value": 1.4}}}})json";

constexpr std::string_view kFrontPoints = R"json({
  "type": "symbol", "from": {"data": "front"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "fill": {"scale": "color", "field": "s"}, "stroke": {"value": "currentColor"},
    "strokeWidth": {"value": 1.2}, "size": {"value": 60}, "tooltip": {"value": "row"}},
    "hover": {"size": {"value": 130}}}})json";

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

// The points that no other beats: none is as good in both columns and better in one. From left to
// right; of equal points the first.
Json front_of(const Json& points, bool less_x, bool less_y) {
  std::vector<const Json*> sorted;
  for (const Json& point : points) {
    sorted.push_back(&point);
  }
  const auto x_of = [&](const Json& point) { return (less_x ? 1 : -1) * point["x"].get<double>(); };
  const auto y_of = [&](const Json& point) { return (less_y ? 1 : -1) * point["y"].get<double>(); };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Json* a, const Json* b) {
    return std::pair(x_of(*a), y_of(*a)) < std::pair(x_of(*b), y_of(*b));
  });
  Json front = Json::array();
  for (const Json* point : sorted) {
    if (front.empty() || y_of(*point) < y_of(front.back())) {
      front.push_back(*point);
    }
  }
  if (!less_x) {
    std::reverse(front.begin(), front.end());
  }
  return front;
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
  const bool less_x = less_is_better(x.name);
  const bool less_y = less_is_better(y.name);
  std::size_t num_front = 0;
  if (request.flag("front", false)) {
    const Json front = front_of(found.points, less_x, less_y);
    num_front = front.size();
    panel.data.push_back({{"name", "front"}, {"values", front}});
    panel.marks[panel.marks.size() - 1]["encode"]["update"]["fillOpacity"]["value"] = 0.45;
    panel.marks.push_back(spec_part(kFrontLine));
    panel.marks.push_back(spec_part(kFrontPoints));
  }
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
    (*axis)["format"] = ",.12~r";
    (*axis)["grid"] = true;
  }
  panel.axes = Json::array({std::move(bottom), std::move(left)});

  Drawing drawing;
  drawing.title = request.text("title", fmt::format("{} against {}", y.words, x.in_sentence()));
  drawing.rows = request.rows;
  add_note(drawing, missing_note(request.table(), request.rows));
  if (found.left_out > 0) {
    drawing.notes.push_back(fmt::format("{} of {} rows have no point here.",
                                        grouped_digits(found.left_out),
                                        grouped_digits(request.rows.size())));
  }
  if (request.flag("front", false)) {
    drawing.notes.push_back(fmt::format(
        "The line joins the front: {} of {} points, which no other beats in both the {} ({} is "
        "better) and the {} ({} is better).",
        grouped_digits(num_front), grouped_digits(found.points.size()), x.in_sentence(),
        less_x ? "less" : "more", y.in_sentence(), less_y ? "less" : "more"));
  }
  const bool several = found.series.size() > 1;
  drawing.spec = figure({panel}, Json::array({color_scale(found.series)}),
                        several ? Json::array({color_legend("")}) : Json::array());
  return drawing;
}

}  // namespace calculon
