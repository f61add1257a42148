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
  const RowTable& table = request.table;
  const std::string measure = request.text("y", "sample_rate");
  std::vector<SizePoint> points;
  for (const RowGroup& group : grouped(table, rows, request.text("x"))) {
    if (group.value.is_number()) {
      const std::size_t row = *best_row(table, group.rows);
      points.push_back({group.value.get<double>(), row,
                        table.ok(row) ? table.number(row, measure) : std::nullopt});
    }
  }
  return points;
}

// What the largest machine would give without overheads (efficiency 1); where the table has no
// efficiencies, what it would give at the best value per processor.
double perfect_value(const PlotRequest& request, const std::vector<SizePoint>& points) {
  double best = 0;
  for (const SizePoint& point : points) {
    const auto efficiency = request.table.number(point.row, "system_efficiency");
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

std::string reason_of(const RowTable& table, std::size_t row) {
  const Json& reason = table.value(row, "reason");
  return reason.is_string() ? reason.get<std::string>() : "no answer";
}

constexpr std::string_view kPerfect = R"json({
  "type": "line", "from": {"data": "perfect"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "stroke": {"value": "currentColor"}, "strokeOpacity": {"value": 0.7},
    "strokeDash": {"value": [6, 4]}, "strokeWidth": {"value": 1.2}}}})json";

constexpr std::string_view kSteps = R"json({
  "type": "group", "from": {"facet": {"name": "step", "data": "best", "groupby": "s"}},
  "marks": [{
    "type": "line", "from": {"data": "step"}, "interactive": false,
    "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
      "defined": {"signal": "isValid(datum.y)"
}
, "interpolate" : {"value" : "step-after"}, "stroke" : {"value" : "currentColor"}, "strokeWidth" : {
  "value" : 1.5
}
}
}
}]
})json";

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

void add_note(Drawing& drawing, const std::string& note) {
  if (!note.empty()) {
    drawing.notes.push_back(note);
  }
}

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

}  // namespace

Drawing scaling_plot(const PlotRequest& request) {
  const RowTable& table = request.table;
  const ColumnInfo measure = column_info(request.text("y", "sample_rate"));
  std::vector<std::string> names;
  std::vector<Panel> panels;
  Extent sizes;
  const std::vector<RowGroup> groups = grouped(table, request.rows, request.text("panel"));
  for (const RowGroup& group : groups) {
    Json points = Json::array();
    Json missing = Json::array();
    Json best = Json::array();
    double largest = 0;
    std::size_t count = 0;
    const double perfect = perfect_value(request, size_points(request, group.rows));
    for (const RowGroup& series : grouped(table, group.rows, request.text("series"))) {
      const std::string name = group_title(request.text("series"), series.value);
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
      const auto sized = size_points(request, series.rows);
      for (const SizePoint& point : sized) {
        sizes.add(point.size);
        largest = std::max(largest, point.size);
        if (!point.value || perfect <= 0) {
          missing.push_back(
              {{"x", point.size}, {"row", point.row}, {"about", reason_of(table, point.row)}});
          continue;
        }
        ++count;
        const double relative = *point.value / perfect;
        points.push_back(
            {{"x", point.size},
             {"y", relative},
             {"s", name},
             {"row", point.row},
             {"about", fmt::format("{}: {:.6g} {}, {:.1f}% of perfect scaling", measure.name,
                                   *point.value * measure.factor, measure.unit,
                                   100 * relative * sized.back().size / point.size)}});
      }
      for (const BestSoFar& step : best_so_far(sized)) {
        best.push_back({{"x", step.size},
                        {"y", step.value > 0 && perfect > 0 ? Json(step.value / perfect) : Json()},
                        {"s", name}});
      }
    }
    Panel panel;
    panel.title = group_title(request.text("panel"), group.value);
    panel.width = panel_width(groups.size());
    panel.height = groups.size() > 2 ? 280 : 340;
    panel.data = {
        {{"name", "points"}, {"values", points}},
        {{"name", "missing"}, {"values", missing}},
        {{"name", "best"}, {"values", best}},
        {{"name", "perfect"}, {"values", {{{"x", 0}, {"y", 0}}, {{"x", largest}, {"y", 1}}}}}};
    Json dots = spec_part(kSizeDots);
    dots["encode"]["update"]["size"] = {{"value", mark_size(count)}};
    Json steps = spec_part(kSteps);
    if (request.has("series")) {
      steps["marks"][0]["encode"]["update"]["stroke"] = {{"scale", "color"}, {"field", "s"}};
    }
    panel.marks = Json::array({spec_part(kPerfect), std::move(dots), std::move(steps),
                               missing_marks("scale('x', datum.x)")});
    panels.push_back(std::move(panel));
  }
  sizes.add(0);
  Extent relative;
  relative.add(0);
  relative.add(1);
  for (Panel& panel : panels) {
    Json x = number_scale("x", sizes, false, Json(), true);
    x["nice"] = false;
    panel.scales =
        Json::array({std::move(x), number_scale("y", relative, false,
                                                request.plot.value("range", Json()), true)});
    Json bottom = bottom_axis(column_info(request.text("x")).with_unit());
    bottom["tickCount"] = 8;
    panel.axes = Json::array({std::move(bottom), left_axis("Relative scaling")});
  }
  Drawing drawing;
  drawing.title = request.text("title", fmt::format("Scaling of {}", measure.name));
  drawing.rows = request.rows;
  drawing.notes.push_back(
      "Dashed: perfect scaling. Steps: the best of this and all smaller sizes. 1 is what the "
      "largest machine would give without overheads.");
  add_note(drawing, missing_note(table, request.rows));
  drawing.spec = figure(panels, Json::array({color_scale(names)}),
                        names.size() > 1 ? Json::array({color_legend("")}) : Json::array());
  return drawing;
}

Drawing speedup_plot(const PlotRequest& request) {
  constexpr double kBandHeight = 22;
  const RowTable& table = request.table;
  const ColumnInfo measure = column_info(request.text("y", "sample_rate"));
  const std::string over = request.text("over");
  const auto groups = grouped(table, request.rows, request.text("panel"));
  DistinctValues variants;
  for (const std::size_t row : request.rows) {
    variants.add(table.value(row, over));
  }
  const Json base =
      request.plot.value("base", variants.values().empty() ? Json() : variants.values().front());
  std::vector<std::string> names;
  std::vector<Panel> panels;
  Extent sizes;
  Extent gains;
  bool any_alone = false;
  for (const RowGroup& group : groups) {
    Json points = Json::array();
    Json alone = Json::array();
    for (const RowGroup& series : grouped(table, group.rows, request.text("series"))) {
      std::map<double, double> base_values;
      const auto by_variant = grouped(table, series.rows, over);
      for (const RowGroup& variant : by_variant) {
        if (variant.value == base) {
          for (const BestSoFar& step : best_so_far(size_points(request, variant.rows))) {
            base_values[step.size] = step.value;
          }
        }
      }
      for (const RowGroup& variant : by_variant) {
        if (variant.value == base) {
          continue;
        }
        const std::string own = group_title(request.text("series"), series.value);
        const std::string name =
            variants.values().size() < 3 && !own.empty()
                ? own
                : own + (own.empty() ? "" : ", ") + group_title(over, variant.value);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          names.push_back(name);
        }
        for (const BestSoFar& step : best_so_far(size_points(request, variant.rows))) {
          sizes.add(step.size);
          const auto found = base_values.find(step.size);
          if (step.value <= 0 || found == base_values.end()) {
            continue;
          }
          Json point = {{"x", step.size}, {"s", name}, {"row", step.row}};
          if (found->second <= 0) {
            point["about"] = fmt::format("{} {:.6g}: runs with {} only", request.text("x"),
                                         step.size, group_title(over, variant.value));
            alone.push_back(std::move(point));
            any_alone = true;
            continue;
          }
          const double gain = 100 * (step.value / found->second - 1);
          gains.add(gain);
          point["y"] = gain;
          point["about"] = fmt::format(
              "{} {:.6g}: {:+.2f}%, {:.6g} against {:.6g} {}", request.text("x"), step.size, gain,
              step.value * measure.factor, found->second * measure.factor, measure.unit);
          points.push_back(std::move(point));
        }
      }
    }
    Panel panel;
    panel.title = group_title(request.text("panel"), group.value);
    panel.width = panel_width(groups.size());
    panel.data = {{{"name", "points"}, {"values", points}}, {{"name", "alone"}, {"values", alone}}};
    Json dots = spec_part(kSizeDots);
    dots["encode"]["update"]["size"] = {{"value", mark_size(points.size())}};
    panel.marks = Json::array({spec_part(kGainLines), std::move(dots)});
    panels.push_back(std::move(panel));
  }
  for (Panel& panel : panels) {
    Json y = number_scale("y", gains, false, request.plot.value("range", Json()), true);
    if (any_alone) {
      y["range"] = {{"signal", fmt::format("[height, {}]", kBandHeight + 10)}};
      panel.marks.push_back(spec_part(kBand));
      panel.marks.push_back(spec_part(kBandText));
      panel.marks.push_back(spec_part(kInBand));
    }
    Json x = number_scale("x", sizes, false, Json(), true);
    x["nice"] = false;
    panel.scales = Json::array({std::move(x), std::move(y)});
    panel.axes = Json::array(
        {bottom_axis(column_info(request.text("x")).with_unit()), left_axis("Improvement (%)")});
  }
  Drawing drawing;
  drawing.title = request.text(
      "title", fmt::format("Improvement of {} over {} {}", measure.name, over, value_label(base)));
  drawing.rows = request.rows;
  drawing.notes.push_back(fmt::format(
      "The best {} of this and all smaller sizes, against that with {} {}.{}", measure.name, over,
      value_label(base),
      any_alone ? " In the band on top only the one that is compared runs at all." : ""));
  add_note(drawing, missing_note(table, request.rows));
  drawing.spec = figure(panels, Json::array({color_scale(names)}),
                        names.size() > 1 ? Json::array({color_legend("")}) : Json::array());
  return drawing;
}

}  // namespace calculon
