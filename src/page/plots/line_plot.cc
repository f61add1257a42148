// Lines and bars of one or several measures over a column.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "page/effect.h"
#include "page/plots/figure.h"
#include "page/split_label.h"

namespace calculon {
namespace {

// Where a row stands on x and to which series it belongs. In a study that varies one axis at a time
// the base point is part of every series.
struct PointPlace {
  Cell x;
  std::string series;
};

class PointPlaces {
 public:
  PointPlaces(const PlotRequest& request, std::vector<std::string> measures)
      : request_(&request), measures_(std::move(measures)), series_(request.text("series")) {
    if (follows_varied()) {
      for (const std::string& axis : request.content.varied) {
        base_values_[axis] = base_value(request.table(), request.rows, axis);
      }
    }
  }

  // With `series` "varied" and without `x`, a row stands at the value of the axis that it varies.
  bool follows_varied() const { return series_ == "varied" && !request_->has("x"); }

  std::vector<PointPlace> of(std::size_t row, const std::string& measure) const {
    const Table& table = request_->table();
    const std::string prefix = measures_.size() > 1 ? column_info(measure).words : "";
    if (!follows_varied()) {
      const std::string own = series_.empty() ? "" : value_label(table.value(row, series_));
      const std::string gap = prefix.empty() || own.empty() ? "" : ", ";
      return {{table.value(row, request_->text("x")), prefix + gap + own}};
    }
    const Cell& varied = table.value(row, "varied");
    std::vector<PointPlace> places;
    for (const std::string& axis : request_->content.varied) {
      if (varied == axis) {
        places.push_back({table.value(row, axis), axis});
      } else if (varied == "") {
        places.push_back({base_values_.at(axis), axis});
      }
    }
    return places;
  }

 private:
  const PlotRequest* request_;
  std::vector<std::string> measures_;
  std::string series_;
  std::map<std::string, Cell> base_values_;
};

std::string y_title(const std::vector<std::string>& measures) {
  if (measures.size() == 1) {
    return column_info(measures[0]).with_unit();
  }
  const std::string unit = column_info(measures[0]).unit;
  const bool same = std::all_of(measures.begin(), measures.end(), [&](const std::string& name) {
    return column_info(name).unit == unit;
  });
  return same ? unit : "";
}

// "Sample rate, time of the batch".
std::string words_of_all(const std::vector<std::string>& measures) {
  std::string text;
  for (const std::string& measure : measures) {
    const ColumnInfo column = column_info(measure);
    text += text.empty() ? column.words : ", " + column.in_sentence();
  }
  return text;
}

struct Points {
  Json values = Json::array();
  Json missing = Json::array();
};

// All that a plot of lines or bars needs to know before it is drawn.
struct Series {
  std::vector<RowGroup> panels;
  std::vector<Points> points;  // of each panel
  DistinctValues xs;
  DistinctValues names;
  Extent extent;
  bool several = false;  // more than one row falls on some spot
  std::vector<std::string> measures;
  std::string x_title;
  Drawing drawing;
};

void add_points(const PlotRequest& request, const PointPlaces& places, const std::string& measure,
                const RowNumbers& rows, Series& series, Points& points) {
  struct Spot {
    PointPlace place;
    RowNumbers rows;
  };
  std::vector<Spot> spots;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;
  for (const std::size_t row : rows) {
    for (PointPlace& place : places.of(row, measure)) {
      if (place.x.is_missing()) {
        continue;
      }
      const auto [spot, added] = known.emplace(
          std::pair(series.xs.add(place.x), series.names.add(place.series)), spots.size());
      if (added) {
        spots.push_back({std::move(place), {}});
      }
      spots[spot->second].rows.push_back(row);
    }
  }

  const ColumnInfo column = column_info(measure);
  for (const Spot& spot : spots) {
    const std::string& name = spot.place.series;
    const std::size_t row = *best_row(request.table(), spot.rows);
    series.several = series.several || spot.rows.size() > 1;
    Json point = {{"x", spot.place.x}, {"s", name}, {"i", series.names.add(name)}, {"row", row}};
    const auto y = shown_value(request.table(), row, column);
    if (!y) {
      points.missing.push_back(std::move(point));
      continue;
    }
    series.extent.add(*y);
    point["y"] = *y;
    point["about"] = fmt::format("{}{}{:.6g} {}", name, name.empty() ? "" : ": ", *y, column.unit);
    points.values.push_back(std::move(point));
  }
}

Series series_of(const PlotRequest& request) {
  Series series;
  series.measures = request.names("y", "sample_rate");
  const PointPlaces places(request, series.measures);
  series.x_title = places.follows_varied() ? "Value of the parameter"
                                           : column_info(request.text("x")).with_unit();
  series.panels = grouped(request.table(), request.rows, request.text("panel"));
  for (const RowGroup& panel : series.panels) {
    Points points;
    for (const std::string& measure : series.measures) {
      add_points(request, places, measure, panel.rows, series, points);
    }
    series.points.push_back(std::move(points));
  }
  Drawing& drawing = series.drawing;
  drawing.title = request.text(
      "title", fmt::format("{} over {}", words_of_all(series.measures),
                           places.follows_varied() ? "each parameter"
                                                   : column_info(request.text("x")).in_sentence()));
  drawing.rows = request.rows;
  if (series.several) {
    drawing.notes.push_back("A point shows the best of the rows that fall on it.");
  }
  add_note(drawing, missing_note(request.table(), request.rows));
  return series;
}

bool many_names(const Series& series) {
  return series.names.values().size() > 1;
}

Panel panel_of(const PlotRequest& request, const Series& series, std::size_t index) {
  Panel panel;
  panel.title = group_title(request.text("panel"), series.panels[index].value);
  panel.width = panel_width(series.panels.size());
  panel.data = {{{"name", "points"}, {"values", series.points[index].values}},
                {{"name", "missing"}, {"values", series.points[index].missing}}};
  return panel;
}

Json finished(const Series& series, const PlotRequest& request, const std::vector<Panel>& panels) {
  std::vector<std::string> names;
  for (const Cell& name : series.names.values()) {
    names.emplace_back(name.text());
  }
  const bool varied = request.text("series") == "varied" || series.measures.size() > 1;
  return figure(
      panels, Json::array({color_scale(names)}),
      many_names(series)
          ? Json::array({color_legend(varied ? "" : column_info(request.text("series")).words)})
          : Json::array());
}

constexpr std::string_view kLines = R"json({
  "type": "group", "from": {"facet": {"name": "line", "data": "points", "groupby": "s"}},
  "marks": [{
    "type": "line", "from": {"data": "line"}, "sort": {"field": "x"}, "interactive": false,
    "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
      "stroke": {"scale": "color", "field": "s"}, "strokeWidth": {"value": 1.8}}}}]})json";

constexpr std::string_view kDots = R"json({
  "type": "symbol", "from": {"data": "points"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "fill": {"scale": "color", "field": "s"}, "size": {"value": 40}, "tooltip": {"value": "row"}},
    "hover": {"size": {"value": 120}}}})json";

constexpr std::string_view kBars = R"json({
  "type": "rect", "from": {"data": "points"},
  "encode": {"update": {
    "y": {"scale": "y", "field": "y"}, "y2": {"scale": "y", "value": 0},
    "fill": {"scale": "color", "field": "s"}, "tooltip": {"value": "row"}},
    "hover": {"fillOpacity": {"value": 0.8}}}})json";

// What stands below the bars of a panel: the same for all, but the executions of each its own.
std::vector<Cell> bar_places(const PlotRequest& request, const Series& series, std::size_t panel) {
  if (request.text("x") != kSplit) {
    return series.xs.sorted();
  }
  std::vector<Cell> places;
  for (const Cell& x : series.xs.values()) {
    const auto stands_at = [&](const Json& point) { return cell_of(point["x"]) == x; };
    const Points& points = series.points[panel];
    if (std::any_of(points.values.begin(), points.values.end(), stands_at) ||
        std::any_of(points.missing.begin(), points.missing.end(), stands_at)) {
      places.push_back(x);
    }
  }
  return places;
}

}  // namespace

Drawing line_plot(const PlotRequest& request) {
  Series series = series_of(request);
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < series.panels.size(); ++i) {
    Panel panel = panel_of(request, series, i);
    const XScale x = x_scale(request, series.x_title, series.xs.sorted(), panel.width);
    panel.scales =
        Json::array({x.scale, number_scale("y", series.extent, request.flag("y_log", false),
                                           request.plot.value("range", Json()), false)});
    panel.axes = Json::array({x.axis, left_axis(y_title(series.measures))});
    panel.marks =
        Json::array({spec_part(kLines), spec_part(kDots), missing_marks("scale('x', datum.x)")});
    panels.push_back(std::move(panel));
  }
  series.drawing.spec = finished(series, request, panels);
  return std::move(series.drawing);
}

Drawing bars_plot(const PlotRequest& request) {
  Series series = series_of(request);
  std::vector<Panel> panels;
  const std::size_t count = std::max<std::size_t>(series.names.values().size(), 1);
  for (std::size_t i = 0; i < series.panels.size(); ++i) {
    Panel panel = panel_of(request, series, i);
    const std::vector<Cell> xs = bar_places(request, series, i);
    Json x = {
        {"name", "x"}, {"type", "band"}, {"range", "width"}, {"padding", 0.2}, {"domain", xs}};
    const bool log = request.flag("y_log", false);
    panel.scales =
        Json::array({std::move(x), number_scale("y", series.extent, log,
                                                request.plot.value("range", Json()), true)});
    panel.axes = Json::array(
        {named_axis(series.x_title, xs, panel.width), left_axis(y_title(series.measures))});
    Json bars = spec_part(kBars);
    Json& encode = bars["encode"]["update"];
    if (log) {
      encode["y2"] = {{"signal", "height"}};  // there is no zero
    }
    encode["x"] = {
        {"signal", fmt::format("scale('x', datum.x) + datum.i * bandwidth('x') / {}", count)}};
    encode["width"] = {{"signal", fmt::format("max(1, 0.94 * bandwidth('x') / {})", count)}};
    panel.marks =
        Json::array({std::move(bars),
                     missing_marks(fmt::format(
                         "scale('x', datum.x) + (datum.i + 0.5) * bandwidth('x') / {}", count))});
    panels.push_back(std::move(panel));
  }
  series.drawing.spec = finished(series, request, panels);
  return std::move(series.drawing);
}

}  // namespace calculon
