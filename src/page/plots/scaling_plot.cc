// How a measure grows with the size of the machine, and what a second variant gains over the first.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "page/plots/figure.h"

namespace calculon {
namespace {

// The best row of each size, ascending. Sizes without an answer have no value.
struct SizePoint {
  double size;
  std::size_t row;
  std::optional<double> value;
};

std::vector<SizePoint> size_points(const PlotRequest& request, const RowNumbers& rows) {
  const Table& table = request.table();
  const std::string measure = request.text("y", "sample_rate");
  std::vector<SizePoint> points;
  for (const RowGroup& group : grouped(table, rows, request.text("x"))) {
    if (group.value.is_number()) {
      const std::size_t row = *best_row(table, group.rows);
      points.push_back(
          {group.value.number(), row, table.ok(row) ? table.number(row, measure) : std::nullopt});
    }
  }
  return points;
}

// What the largest machine would give without overheads (efficiency 1); where the table has no
// efficiencies, what it would give at the best value per processor.
double perfect_value(const PlotRequest& request, const std::vector<SizePoint>& points) {
  double best = 0;
  for (const SizePoint& point : points) {
    const auto efficiency = request.table().number(point.row, "system_efficiency");
    if (point.value && efficiency && *efficiency > 0) {
      best = std::max(best, *point.value / *efficiency);
    }
  }
  if (best > 0) {
    return best;
  }
  for (const SizePoint& point : points) {
    if (point.value && point.size > 0) {
      best = std::max(best, *point.value / point.size * points.back().size);
    }
  }
  return best;
}

std::string reason_of(const Table& table, std::size_t row) {
  const Cell& reason = table.value(row, "reason");
  return reason.is_text() ? std::string(reason.text()) : "no answer";
}

constexpr std::string_view kPerfect = R"json({
  "type": "line", "from": {"data": "perfect"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "stroke": {"value": "currentColor"}, "strokeOpacity": {"value": 0.7},
    "strokeDash": {"value": [6, 4]}, "strokeWidth": {"value": 1.2}}}})json";

// clang-format would take the braces in the signal for those of the code.
// clang-format off
constexpr std::string_view kSteps = R"json({
  "type": "group", "from": {"facet": {"name": "step", "data": "best", "groupby": "s"}},
  "marks": [{
    "type": "line", "from": {"data": "step"}, "interactive": false,
    "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
      "defined": {"signal": "isValid(datum.y)"}, "interpolate": {"value": "step-after"},
      "stroke": {"value": "currentColor"}, "strokeWidth": {"value": 1.5}}}}]})json";
// clang-format on

constexpr std::string_view kSizeDots = R"json({
  "type": "symbol", "from": {"data": "points"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "fill": {"scale": "color", "field": "s"}, "fillOpacity": {"value": 0.75},
    "tooltip": {"value": "row"}},
    "hover": {"fillOpacity": {"value": 1}}}})json";

// The band above the plot where only one of two variants runs.
constexpr std::string_view kBand = R"json({
  "type": "rect", "interactive": false,
  "encode": {"update": {
    "x": {"value": 0}, "x2": {"signal": "width"}, "y": {"value": 0}, "y2": {"value": 22},
    "fill": {"value": "#f58518"}, "fillOpacity": {"value": 0.15}}}})json";

constexpr std::string_view kBandText = R"json({
  "type": "text", "interactive": false,
  "encode": {"update": {
    "x": {"value": -8}, "y": {"value": 11}, "align": {"value": "right"},
    "baseline": {"value": "middle"}, "fontSize": {"value": 14}, "text": {"value": "∞"}}}})json";

constexpr std::string_view kInBand = R"json({
  "type": "symbol", "from": {"data": "alone"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"value": 11}, "size": {"value": 22},
    "fill": {"scale": "color", "field": "s"}, "tooltip": {"value": "row"}},
    "hover": {"size": {"value": 80}}}})json";

constexpr std::string_view kGainLines = R"json({
  "type": "group", "from": {"facet": {"name": "line", "data": "points", "groupby": "s"}},
  "marks": [{
    "type": "line", "from": {"data": "line"}, "interactive": false,
    "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
      "interpolate": {"value": "step-after"}, "stroke": {"scale": "color", "field": "s"},
      "strokeWidth": {"value": 1.5}}}}]})json";

// The best value of this and all smaller sizes.
struct BestSoFar {
  double size;
  std::size_t row;  // that has it
  double value;     // 0: none yet
};

std::vector<BestSoFar> best_so_far(const std::vector<SizePoint>& points) {
  std::vector<BestSoFar> curve;
  for (const SizePoint& point : points) {
    BestSoFar best = curve.empty() ? BestSoFar{0, point.row, 0} : curve.back();
    best.size = point.size;
    if (point.value && *point.value > best.value) {
      best.row = point.row;
      best.value = *point.value;
    }
    curve.push_back(best);
  }
  return curve;
}

double mark_size(std::size_t count) {
  constexpr std::size_t kMany = 200;
  return count > kMany ? 9 : 36;
}

// Remembers the name of a series, if it is new.
void add_name(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

// A scale of sizes from 0.
Json size_scale(const Extent& sizes) {
  Json x = number_scale("x", sizes, false, Json(), true);
  x["nice"] = false;
  return x;
}

Json dots_of(std::size_t count) {
  Json dots = spec_part(kSizeDots);
  dots["encode"]["update"]["size"] = {{"value", mark_size(count)}};
  return dots;
}

Json finished(const std::vector<Panel>& panels, const std::vector<std::string>& names) {
  return figure(panels, Json::array({color_scale(names)}),
                names.size() > 1 ? Json::array({color_legend("")}) : Json::array());
}

// The points of one panel of a scaling plot.
struct ScalingPoints {
  Json points = Json::array();
  Json missing = Json::array();
  Json best = Json::array();
  double largest = 0;  // size
  std::size_t count = 0;
};

// Adds those of one series. `perfect` is what 1 stands for, or 0.
void add_scaling(const PlotRequest& request, const std::vector<SizePoint>& sized,
                 const std::string& name, double perfect, ScalingPoints& panel) {
  const ColumnInfo measure = column_info(request.text("y", "sample_rate"));
  for (const SizePoint& point : sized) {
    panel.largest = std::max(panel.largest, point.size);
    if (!point.value || perfect <= 0) {
      panel.missing.push_back({{"x", point.size},
                               {"row", point.row},
                               {"about", reason_of(request.table(), point.row)}});
      continue;
    }
    ++panel.count;
    const double relative = *point.value / perfect;
    panel.points.push_back(
        {{"x", point.size},
         {"y", relative},
         {"s", name},
         {"row", point.row},
         {"about", fmt::format("{}: {:.6g} {}, {:.1f}% of perfect scaling", measure.words,
                               *point.value * measure.factor, measure.unit,
                               100 * relative * sized.back().size / point.size)}});
  }
  for (const BestSoFar& step : best_so_far(sized)) {
    panel.best.push_back(
        {{"x", step.size},
         {"y", step.value > 0 && perfect > 0 ? Json(step.value / perfect) : Json()},
         {"s", name}});
  }
}

Panel scaling_panel(const PlotRequest& request, const RowGroup& group, std::size_t num_panels,
                    std::vector<std::string>& names, Extent& sizes) {
  ScalingPoints points;
  const double perfect = perfect_value(request, size_points(request, group.rows));
  for (const RowGroup& series : grouped(request.table(), group.rows, request.text("series"))) {
    const std::string name = group_title(request.text("series"), series.value);
    add_name(names, name);
    const auto sized = size_points(request, series.rows);
    for (const SizePoint& point : sized) {
      sizes.add(point.size);
    }
    add_scaling(request, sized, name, perfect, points);
  }
  Panel panel;
  panel.title = group_title(request.text("panel"), group.value);
  panel.width = panel_width(num_panels);
  panel.height = num_panels > 2 ? 280 : 340;
  panel.data = {
      {{"name", "points"}, {"values", points.points}},
      {{"name", "missing"}, {"values", points.missing}},
      {{"name", "best"}, {"values", points.best}},
      {{"name", "perfect"}, {"values", {{{"x", 0}, {"y", 0}}, {{"x", points.largest}, {"y", 1}}}}}};
  Json steps = spec_part(kSteps);
  if (request.has("series")) {
    steps["marks"][0]["encode"]["update"]["stroke"] = {{"scale", "color"}, {"field", "s"}};
  }
  panel.marks = Json::array({spec_part(kPerfect), dots_of(points.count), std::move(steps),
                             missing_marks("scale('x', datum.x)")});
  return panel;
}

// The points of one panel of a plot of speed-ups.
struct SpeedupPoints {
  Json points = Json::array();
  Json alone = Json::array();  // where only the one that is compared runs
};

// What is the same for all panels of a plot of speed-ups, and what they have in common.
struct Speedup {
  std::string over;
  DistinctValues variants;
  Cell base;
  std::vector<std::string> names;
  Extent sizes;
  Extent gains;
  bool any_alone = false;
};

Speedup speedup_of(const PlotRequest& request) {
  Speedup speedup;
  speedup.over = request.text("over");
  for (const std::size_t row : request.rows) {
    speedup.variants.add(request.table().value(row, speedup.over));
  }
  const std::vector<Cell>& variants = speedup.variants.values();
  speedup.base = request.has("base") ? cell_of(request.plot["base"])
                 : variants.empty()  ? Cell()
                                     : variants.front();
  return speedup;
}

// Adds one variant of one series against the base, whose best values by size are given.
void add_speedup(const PlotRequest& request, const std::vector<BestSoFar>& variant,
                 const std::string& variant_title, const std::map<double, double>& base_values,
                 const std::string& name, Speedup& speedup, SpeedupPoints& panel) {
  const ColumnInfo measure = column_info(request.text("y", "sample_rate"));
  for (const BestSoFar& step : variant) {
    speedup.sizes.add(step.size);
    const auto found = base_values.find(step.size);
    if (step.value <= 0 || found == base_values.end()) {
      continue;
    }
    Json point = {{"x", step.size}, {"s", name}, {"row", step.row}};
    if (found->second <= 0) {
      point["about"] =
          fmt::format("{} {:.6g}: runs with {} only", request.text("x"), step.size, variant_title);
      panel.alone.push_back(std::move(point));
      speedup.any_alone = true;
      continue;
    }
    const double gain = 100 * (step.value / found->second - 1);
    speedup.gains.add(gain);
    point["y"] = gain;
    point["about"] = fmt::format("{} {:.6g}: {:+.2f}%, {:.6g} against {:.6g} {}", request.text("x"),
                                 step.size, gain, step.value * measure.factor,
                                 found->second * measure.factor, measure.unit);
    panel.points.push_back(std::move(point));
  }
}

// Adds all variants of one series but the base.
void add_series(const PlotRequest& request, const RowGroup& series, Speedup& speedup,
                SpeedupPoints& panel) {
  std::map<double, double> base_values;
  const auto by_variant = grouped(request.table(), series.rows, speedup.over);
  for (const RowGroup& variant : by_variant) {
    if (variant.value == speedup.base) {
      for (const BestSoFar& step : best_so_far(size_points(request, variant.rows))) {
        base_values[step.size] = step.value;
      }
    }
  }
  for (const RowGroup& variant : by_variant) {
    if (variant.value == speedup.base) {
      continue;
    }
    const std::string own = group_title(request.text("series"), series.value);
    const std::string title = group_title(speedup.over, variant.value);
    const std::string name = speedup.variants.values().size() < 3 && !own.empty()
                                 ? own
                                 : own + (own.empty() ? "" : ", ") + title;
    add_name(speedup.names, name);
    add_speedup(request, best_so_far(size_points(request, variant.rows)), title, base_values, name,
                speedup, panel);
  }
}

Panel speedup_panel(const PlotRequest& request, const RowGroup& group, std::size_t num_panels,
                    Speedup& speedup) {
  SpeedupPoints points;
  for (const RowGroup& series : grouped(request.table(), group.rows, request.text("series"))) {
    add_series(request, series, speedup, points);
  }
  Panel panel;
  panel.title = group_title(request.text("panel"), group.value);
  panel.width = panel_width(num_panels);
  panel.data = {{{"name", "points"}, {"values", points.points}},
                {{"name", "alone"}, {"values", points.alone}}};
  panel.marks = Json::array({spec_part(kGainLines), dots_of(points.points.size())});
  return panel;
}

// Scales and axes, which all panels share.
void finish_panel(const PlotRequest& request, const Speedup& speedup, Panel& panel) {
  constexpr double kBandHeight = 22;
  Json y = number_scale("y", speedup.gains, false, request.plot.value("range", Json()), true);
  if (speedup.any_alone) {
    y["range"] = {{"signal", fmt::format("[height, {}]", kBandHeight + 10)}};
    panel.marks.push_back(spec_part(kBand));
    panel.marks.push_back(spec_part(kBandText));
    panel.marks.push_back(spec_part(kInBand));
  }
  panel.scales = Json::array({size_scale(speedup.sizes), std::move(y)});
  panel.axes = Json::array(
      {bottom_axis(column_info(request.text("x")).with_unit()), left_axis("Improvement (%)")});
}

}  // namespace

Drawing scaling_plot(const PlotRequest& request) {
  const ColumnInfo measure = column_info(request.text("y", "sample_rate"));
  std::vector<std::string> names;
  std::vector<Panel> panels;
  Extent sizes;
  const std::vector<RowGroup> groups =
      grouped(request.table(), request.rows, request.text("panel"));
  for (const RowGroup& group : groups) {
    panels.push_back(scaling_panel(request, group, groups.size(), names, sizes));
  }
  sizes.add(0);
  Extent relative;
  relative.add(0);
  relative.add(1);
  for (Panel& panel : panels) {
    panel.scales =
        Json::array({size_scale(sizes), number_scale("y", relative, false,
                                                     request.plot.value("range", Json()), true)});
    Json bottom = bottom_axis(column_info(request.text("x")).with_unit());
    bottom["tickCount"] = 8;
    panel.axes = Json::array({std::move(bottom), left_axis("Relative scaling")});
  }
  Drawing drawing;
  drawing.title = request.text("title", fmt::format("Scaling of the {}", measure.in_sentence()));
  drawing.rows = request.rows;
  drawing.notes.push_back(
      "Dashed: perfect scaling. Steps: the best of this and all smaller sizes. 1 is what the "
      "largest machine would give without overheads.");
  add_note(drawing, missing_note(request.table(), request.rows));
  drawing.spec = finished(panels, names);
  return drawing;
}

Drawing speedup_plot(const PlotRequest& request) {
  const ColumnInfo measure = column_info(request.text("y", "sample_rate"));
  Speedup speedup = speedup_of(request);
  std::vector<Panel> panels;
  const auto groups = grouped(request.table(), request.rows, request.text("panel"));
  for (const RowGroup& group : groups) {
    panels.push_back(speedup_panel(request, group, groups.size(), speedup));
  }
  for (Panel& panel : panels) {
    finish_panel(request, speedup, panel);
  }
  const std::string other =
      column_info(speedup.over).in_sentence() + " " + value_label(speedup.base);
  Drawing drawing;
  drawing.title = request.text(
      "title", fmt::format("Improvement of the {} over {}", measure.in_sentence(), other));
  drawing.rows = request.rows;
  drawing.notes.push_back(fmt::format(
      "The best {} of this and all smaller sizes, against that with {}.{}", measure.in_sentence(),
      other,
      speedup.any_alone ? " In the band on top only the one that is compared runs at all." : ""));
  add_note(drawing, missing_note(request.table(), request.rows));
  drawing.spec = finished(panels, speedup.names);
  return drawing;
}

}  // namespace calculon
