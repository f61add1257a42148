#include "page/plots/figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace calculon {
namespace {

constexpr std::array<const char*, 10> kColors = {"#4c78a8", "#f58518", "#54a24b", "#e45756",
                                                 "#72b7b2", "#b279a2", "#d8a31f", "#9d755d",
                                                 "#ff8aa0", "#8b8f94"};

// Whether values grow by factors, as 1, 2, 4, 8 do.
bool grows_by_factors(const std::vector<Cell>& values) {
  constexpr double kLeastFactor = 1.4;
  if (values.size() < 4) {
    return false;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = values[i].number();
    if (x <= 0 || (i > 0 && x < kLeastFactor * values[i - 1].number())) {
      return false;
    }
  }
  return true;
}

// A long title stands on two lines, broken at the last comma before its middle.
Json title_lines(const std::string& title) {
  constexpr std::size_t kLongest = 60;
  std::size_t comma = title.find(", ");
  if (title.size() <= kLongest || comma == std::string::npos) {
    return title;
  }
  const auto left_of_middle = [&](std::size_t next) {
    return next != std::string::npos && next < title.size() / 2;
  };
  while (left_of_middle(title.find(", ", comma + 1))) {
    comma = title.find(", ", comma + 1);
  }
  return Json::array({title.substr(0, comma + 1), title.substr(comma + 2)});
}

}  // namespace

Json spec_part(std::string_view text) {
  return Json::parse(text);
}

Json number_scale(const std::string& name, const Extent& extent, bool log, const Json& range,
                  bool from_zero) {
  constexpr double kFarFromZero = 0.6;
  Json scale = {{"name", name},
                {"type", log ? "log" : "linear"},
                {"range", name == "x" ? "width" : "height"}};
  if (range.is_array()) {
    scale["domain"] = range;
    scale["clamp"] = true;
    return scale;
  }
  double least = extent.least;
  double greatest = extent.greatest;
  if (log) {
    least = least > 0 ? least : 1;
    greatest = greatest > least ? greatest : 10 * least;
  } else {
    if (from_zero || (least > 0 && least < kFarFromZero * greatest)) {
      least = std::min(least, 0.0);
      greatest = std::max(greatest, 0.0);
    }
    if (least == greatest) {
      greatest = least + 1;
    }
  }
  scale["domain"] = {least, greatest};
  scale["nice"] = true;
  scale["zero"] = false;
  return scale;
}

Json bottom_axis(const std::string& title) {
  return {{"orient", "bottom"}, {"scale", "x"}, {"title", title_lines(title)}};
}

Json named_axis(const std::string& title, const std::vector<Cell>& values, double width) {
  constexpr double kLetter = 7.5;
  constexpr double kSlanted = 24;
  constexpr double kUpright = 12;
  std::size_t longest = 0;
  for (const Cell& value : values) {
    longest = std::max(longest, value_label(value).size());
  }
  Json axis = bottom_axis(title);
  const double room = width / static_cast<double>(std::max<std::size_t>(values.size(), 1));
  if (static_cast<double>(longest) * kLetter > room) {
    axis["labelAngle"] = room > kSlanted ? -35 : -90;
    axis["labelAlign"] = "right";
    axis["labelLimit"] = 220;
    axis["labelBaseline"] = room > kSlanted ? "top" : "middle";
    axis["labelOverlap"] = room < kUpright;
  }
  return axis;
}

Json left_axis(const std::string& title) {
  return {{"orient", "left"}, {"scale", "y"}, {"title", title}, {"grid", true}, {"tickCount", 6}};
}

Json named_lines_axis(double limit) {
  Json axis = left_axis("");
  axis.erase("title");
  axis.erase("grid");
  axis.erase("tickCount");
  axis["labelLimit"] = limit;
  return axis;
}

double panel_width(std::size_t count) {
  constexpr std::array<double, 3> kWidths = {640, 440, 300};
  return kWidths[std::clamp<std::size_t>(count, 1, kWidths.size()) - 1];
}

Json figure(const std::vector<Panel>& panels, Json shared_scales, Json legends) {
  Json spec = {{"padding", 5}, {"autosize", "pad"}};
  spec["scales"] = std::move(shared_scales);
  spec["layout"] = {{"padding", {{"row", 30}, {"column", 30}}},
                    {"columns", std::min<std::size_t>(panels.size(), 3)},
                    {"bounds", "full"},
                    {"align", "each"}};
  spec["legends"] = std::move(legends);
  spec["marks"] = Json::array();
  for (const Panel& panel : panels) {
    Json group = {{"type", "group"}};
    if (!panel.title.empty()) {
      group["title"] = {{"text", panel.title}, {"frame", "group"}, {"limit", panel.width}};
    }
    group["encode"]["update"] = {{"width", {{"value", panel.width}}},
                                 {"height", {{"value", panel.height}}}};
    // Scales ask for these by name.
    group["signals"] = {{{"name", "width"}, {"value", panel.width}},
                        {{"name", "height"}, {"value", panel.height}}};
    group["data"] = panel.data;
    group["scales"] = panel.scales;
    group["axes"] = panel.axes;
    group["marks"] = panel.marks;
    spec["marks"].push_back(std::move(group));
  }
  return spec;
}

std::string color_at(std::size_t index) {
  return kColors[index % kColors.size()];
}

Json color_scale(const std::vector<std::string>& names) {
  return {{"name", "color"}, {"type", "ordinal"}, {"domain", names}, {"range", kColors}};
}

Json color_legend(const std::string& title) {
  Json legend = {{"fill", "color"}, {"symbolType", "square"}, {"symbolStrokeWidth", 0}};
  if (!title.empty()) {
    legend["title"] = title;
  }
  return legend;
}

std::string group_title(const std::string& column, const Cell& value) {
  if (column.empty()) {
    return "";
  }
  return value.is_text() ? std::string(value.text())
                         : column_info(column).in_sentence() + " " + value_label(value);
}

Panel lines_panel(const LinesOfBars& lines, Json x_scale, const std::string& x_title) {
  Panel panel;
  panel.width = 560;
  panel.height = lines.height * static_cast<double>(lines.names.size());
  Json y = {{"name", "y"},
            {"type", "band"},
            {"domain", lines.names},
            {"range", "height"},
            {"padding", lines.padding}};
  panel.scales = Json::array({std::move(x_scale), std::move(y)});
  Json bottom = bottom_axis(x_title);
  bottom["grid"] = true;
  panel.axes = Json::array({std::move(bottom), named_lines_axis(lines.name_limit)});
  return panel;
}

Json line_bars(const std::string& data, const std::string& line) {
  Json mark = spec_part(R"json({
    "type": "rect", "from": {"data": ""},
    "encode": {"update": {
      "x": {"scale": "x", "field": "from"}, "x2": {"scale": "x", "field": "to"},
      "y": {"scale": "y", "field": ""}, "height": {"scale": "y", "band": 1},
      "fill": {"field": "color"}, "tooltip": {"value": "row"}},
      "hover": {"fillOpacity": {"value": 0.8}}}})json");
  mark["from"]["data"] = data;
  mark["encode"]["update"]["y"]["field"] = line;
  return mark;
}

Json line_texts(const std::string& data, const std::string& line, const std::string& end) {
  Json mark = spec_part(R"json({
    "type": "text", "from": {"data": ""}, "interactive": false,
    "encode": {"update": {
      "x": {"scale": "x", "field": "", "offset": 5},
      "y": {"scale": "y", "field": "", "band": 0.5}, "baseline": {"value": "middle"},
      "align": {"value": "left"}, "text": {"field": "text"}}}})json");
  mark["from"]["data"] = data;
  Json& place = mark["encode"]["update"];
  place["x"]["field"] = end;
  place["y"]["field"] = line;
  return mark;
}

Json missing_marks(const std::string& x_signal) {
  Json mark = spec_part(R"json({
    "type": "symbol", "from": {"data": "missing"},
    "encode": {"update": {
      "shape": {"value": "stroke"}, "size": {"value": 90}, "angle": {"value": 90},
      "stroke": {"value": "#d13438"}, "strokeWidth": {"value": 1.5},
      "strokeOpacity": {"value": 0.75},
      "y": {"signal": "height - 5"}, "tooltip": {"value": "row"}}}})json");
  mark["encode"]["update"]["x"] = {{"signal", x_signal}};
  return mark;
}

void add_note(Drawing& drawing, const std::string& note) {
  if (!note.empty()) {
    drawing.notes.push_back(note);
  }
}

std::string missing_note(const Table& table, const RowNumbers& rows) {
  std::size_t missing = 0;
  std::map<std::string, std::size_t> reasons;
  for (const std::size_t row : rows) {
    if (!table.ok(row)) {
      ++missing;
      const Cell& kind = table.value(row, "reason_kind");
      ++reasons[kind.is_text() ? std::string(kind.text()) : "no reason given"];
    }
  }
  if (missing == 0) {
    return "";
  }
  std::vector<std::pair<std::string, std::size_t>> sorted(reasons.begin(), reasons.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  constexpr std::size_t kMostReasons = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMostReasons); ++i) {
    text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", sorted[i].first, sorted[i].second);
  }
  return fmt::format("{} of {} {} {} no answer: {}{}.", missing, rows.size(),
                     rows.size() == 1 ? "point" : "points", missing == 1 ? "has" : "have", text,
                     sorted.size() > kMostReasons ? " and others" : "");
}

std::optional<double> shown_value(const Table& table, std::size_t row, const ColumnInfo& column) {
  const auto number = table.number(row, column.name);
  return table.ok(row) && number ? std::optional(*number * column.factor) : std::nullopt;
}

XScale x_scale(const PlotRequest& request, const std::string& title,
               const std::vector<Cell>& values, double width) {
  constexpr std::size_t kMostTicks = 16;
  XScale x;
  x.axis = bottom_axis(title);
  // A single value stands in the middle.
  x.numeric = values.size() > 1 && std::all_of(values.begin(), values.end(),
                                               [](const Cell& v) { return v.is_number(); });
  if (!x.numeric) {
    x.scale = {
        {"name", "x"}, {"type", "point"}, {"range", "width"}, {"padding", 0.5}, {"domain", values}};
    x.axis = named_axis(title, values, width);
    return x;
  }
  Extent extent;
  for (const Cell& value : values) {
    extent.add(value.number());
  }
  const bool log = request.flag("x_log", grows_by_factors(values));
  x.scale = number_scale("x", extent, log, Json(), false);
  if (log || values.size() <= kMostTicks) {
    x.scale["nice"] = false;
  }
  if (values.size() <= kMostTicks) {
    x.axis["values"] = values;
  }
  x.axis["format"] = ",.12~r";  // not to the digits that ticks need
  return x;
}

}  // namespace calculon
