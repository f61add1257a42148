// Where the time of a step goes, and the memory of a processor, as stacked bars.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "calculon/base/units.h"
#include "page/calibrated_columns.h"
#include "page/plots/bar_parts.h"
#include "page/plots/figure.h"

namespace calculon {
namespace {

// What the bars of one kind show.
struct StackKind {
  std::string_view title;
  std::string_view axis;
  std::string_view unit;
  double factor;
  Whole whole;
};

constexpr StackKind kTimeStack = {"Batch time", "Time (s)", "s", 1, Whole::kTime};
constexpr StackKind kMemoryStack = {"Memory consumption", "Size (GiB)", "GiB", 1 / kGibi,
                                    Whole::kMemory};

// The columns that name a bar: those of `x`, else all axes but the panel's.
std::vector<std::string> label_columns(const PlotRequest& request) {
  std::vector<std::string> columns = request.names("x");
  if (columns.empty()) {
    for (const std::string& axis : request.content.axes) {
      if (axis != request.text("panel")) {
        columns.push_back(axis);
      }
    }
  }
  return columns;
}

// What all bars have of each part, if their difference is to be seen: the axis starts there.
struct SharedParts {
  std::vector<double> heights;

  double sum() const { return std::accumulate(heights.begin(), heights.end(), 0.0); }
};

std::vector<double> heights_of(const StackKind& stack, const std::vector<BarPart>& parts,
                               const Table& table, std::size_t row) {
  std::vector<double> heights = part_amounts(stack.whole, parts, table, row);
  for (double& height : heights) {
    height = std::max(0.0, height * stack.factor);
  }
  return heights;
}

// Nothing of each where the axis is to start at zero, and where bars differ enough anyway or not at
// all.
SharedParts shared_parts(const PlotRequest& request, const StackKind& stack,
                         const std::vector<BarPart>& parts) {
  SharedParts nothing = {std::vector<double>(parts.size(), 0.0)};
  if (request.text("from") != "difference" || request.has("range")) {
    return nothing;
  }
  SharedParts shared;
  Extent sums;
  for (const std::size_t row : request.rows) {
    if (!request.table().ok(row)) {
      continue;
    }
    const std::vector<double> heights = heights_of(stack, parts, request.table(), row);
    sums.add(std::accumulate(heights.begin(), heights.end(), 0.0));
    if (shared.heights.empty()) {
      shared.heights = heights;
    }
    std::transform(heights.begin(), heights.end(), shared.heights.begin(), shared.heights.begin(),
                   [](double a, double b) { return std::min(a, b); });
  }
  return !shared.heights.empty() && sums.is_narrow() ? shared : nothing;
}

struct Bars {
  double base = 0;  // where they start
  Json pieces = Json::array();
  Json totals = Json::array();
  Json missing = Json::array();
  Json limits = Json::array();  // capacities of the bars' devices
  DistinctValues labels;
};

// The words for a row, one for each of the columns.
template <class Word>
std::string words_of(const std::vector<std::string>& columns, const Word& word) {
  std::vector<std::string> words;
  for (const std::string& column : columns) {
    words.push_back(word(column));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

void add_bar(const Table& table, const StackKind& stack, const std::vector<BarPart>& parts,
             const SharedParts& shared, std::size_t row, const Cell& label, const std::string& name,
             Extent& extent, Bars& bars) {
  const std::vector<double> heights = heights_of(stack, parts, table, row);
  const double sum = std::accumulate(heights.begin(), heights.end(), 0.0);
  double below = bars.base;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    bars.pieces.push_back(
        {{"x", label},
         {"s", parts[k].name},
         {"y", below},
         {"y2", below + heights[k] - shared.heights[k]},
         {"row", row},
         {"about",
          {name, fmt::format("{}: {:.5g} {} ({:.1f}%)", parts[k].name, heights[k], stack.unit,
                             sum > 0 ? 100 * heights[k] / sum : 0.0)}}});
    if (!parts[k].help.empty()) {
      bars.pieces.back()["about"].push_back(parts[k].help);
    }
    below += heights[k] - shared.heights[k];
  }
  extent.add(below);
  bars.totals.push_back({{"x", label}, {"y", below}, {"text", fmt::format("{:.4g}", below)}});
}

// A line across all bars for each capacity that they are to stay below.
void add_limits(const Table& table, const StackKind& stack, const RowNumbers& rows, Extent& extent,
                Bars& bars) {
  DistinctValues capacities;
  for (const std::size_t row : rows) {
    if (table.number(row, kCapacity)) {
      capacities.add(table.value(row, kCapacity));
    }
  }
  for (const Cell& capacity : capacities.values()) {
    const double height = capacity.number() * stack.factor;
    extent.add(height);
    bars.limits.push_back(
        {{"y", height}, {"text", fmt::format("capacity {:.4g} {}", height, stack.unit)}});
  }
}

Bars bars_of(const PlotRequest& request, const StackKind& stack, const std::vector<BarPart>& parts,
             const SharedParts& shared, const RowNumbers& rows, Extent& extent) {
  const Table& table = request.table();
  const auto columns = label_columns(request);
  Bars bars;
  bars.base = shared.sum();
  std::vector<RowNumbers> same;  // rows of one label: the best of them is shown
  for (const std::size_t row : rows) {
    const std::string label = words_of(
        columns, [&](const std::string& column) { return value_label(table.value(row, column)); });
    const std::size_t place = bars.labels.add(label);
    same.resize(std::max(same.size(), place + 1));
    same[place].push_back(row);
  }
  for (std::size_t i = 0; i < same.size(); ++i) {
    const std::size_t row = *best_row(table, same[i]);
    const Cell& label = bars.labels.values()[i];
    const std::string name = words_of(columns, [&](const std::string& column) {
      return group_title(column, table.value(row, column));
    });
    if (table.ok(row)) {
      add_bar(table, stack, parts, shared, row, label, name, extent, bars);
    } else {
      bars.missing.push_back({{"x", label}, {"row", row}, {"about", name}});
    }
  }
  if (stack.whole == Whole::kMemory) {
    add_limits(table, stack, rows, extent, bars);
  }
  return bars;
}

constexpr std::string_view kPieces = R"json({
  "type": "rect", "from": {"data": "pieces"}, "clip": true,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "width": {"scale": "x", "band": 1},
    "y": {"scale": "y", "field": "y"}, "y2": {"scale": "y", "field": "y2"},
    "fill": {"scale": "color", "field": "s"}, "tooltip": {"value": "row"}},
    "hover": {"fillOpacity": {"value": 0.8}}}})json";

constexpr std::string_view kTotals = R"json({
  "type": "text", "from": {"data": "totals"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x", "band": 0.5}, "y": {"scale": "y", "field": "y", "offset": -4},
    "fontSize": {"signal": "clamp(0.3 * bandwidth('x'), 7, 11)"},
    "align": {"value": "center"}, "baseline": {"value": "bottom"}, "text": {"field": "text"}}}})json";

constexpr std::string_view kLimits = R"json({
  "type": "rule", "from": {"data": "limits"}, "interactive": false,
  "encode": {"update": {
    "x": {"value": 0}, "x2": {"signal": "width"}, "y": {"scale": "y", "field": "y"},
    "stroke": {"value": "#d13438"}, "strokeWidth": {"value": 1.5},
    "strokeDash": {"value": [6, 3]}}}})json";

constexpr std::string_view kLimitTexts = R"json({
  "type": "text", "from": {"data": "limits"}, "interactive": false,
  "encode": {"update": {
    "x": {"signal": "width"}, "y": {"scale": "y", "field": "y", "offset": -4},
    "align": {"value": "right"}, "baseline": {"value": "bottom"},
    "fill": {"value": "#d13438"}, "text": {"field": "text"}}}})json";

Panel panel_of(const PlotRequest& request, const StackKind& stack, const Bars& bars,
               const Extent& extent) {
  constexpr double kBar = 56;
  constexpr double kRoom = 1.08;  // for the totals
  constexpr std::size_t kMostTotals = 24;
  const std::vector<Cell>& labels = bars.labels.values();
  const auto count = static_cast<double>(labels.size());
  Panel panel;
  panel.width = std::clamp(kBar * count, 120.0, std::max(640.0, 3 * count));
  panel.data = {{{"name", "pieces"}, {"values", bars.pieces}},
                {{"name", "totals"}, {"values", bars.totals}},
                {{"name", "missing"}, {"values", bars.missing}},
                {{"name", "limits"}, {"values", bars.limits}}};
  panel.scales = Json::array(
      {{{"name", "x"}, {"type", "band"}, {"range", "width"}, {"padding", 0.25}, {"domain", labels}},
       number_scale("y", extent, false, request.plot.value("range", Json()), true)});
  if (bars.base > 0) {
    panel.scales[1]["domain"] = {bars.base, bars.base + kRoom * (extent.greatest - bars.base)};
    panel.scales[1]["nice"] = false;
  }
  const auto columns = label_columns(request);
  Json bottom = named_axis(
      words_of(columns, [](const std::string& column) { return column_info(column).with_unit(); }),
      labels, panel.width);
  panel.axes = Json::array({std::move(bottom), left_axis(std::string(stack.axis))});
  panel.marks =
      Json::array({spec_part(kPieces), missing_marks("scale('x', datum.x) + bandwidth('x') / 2")});
  if (labels.size() <= kMostTotals) {
    panel.marks.push_back(spec_part(kTotals));
  }
  if (!bars.limits.empty()) {
    panel.marks.push_back(spec_part(kLimits));
    panel.marks.push_back(spec_part(kLimitTexts));
  }
  return panel;
}

// The colors of the parts, and the legend that lists them as they lie, the last one on top.
Json stack_figure(const std::vector<Panel>& panels, const std::vector<BarPart>& parts) {
  Json names = Json::array();
  Json colors = Json::array();
  for (const BarPart& part : parts) {
    names.push_back(part.name);
    colors.push_back(part.color);
  }
  Json legend = color_legend("");
  legend["values"] = names;
  std::reverse(legend["values"].begin(), legend["values"].end());
  const Json scale = {{"name", "color"}, {"type", "ordinal"}, {"domain", names}, {"range", colors}};
  return figure(panels, Json::array({scale}), Json::array({std::move(legend)}));
}

Drawing stack_plot(const PlotRequest& request, const StackKind& stack) {
  const std::vector<BarPart> parts = shown_parts(stack.whole, request.table(), request.rows);
  const SharedParts shared = shared_parts(request, stack, parts);
  Extent extent;
  std::vector<Bars> all;
  const auto groups = grouped(request.table(), request.rows, request.text("panel"));
  for (const RowGroup& group : groups) {
    all.push_back(bars_of(request, stack, parts, shared, group.rows, extent));
  }
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    panels.push_back(panel_of(request, stack, all[i], extent));
    panels.back().title = group_title(request.text("panel"), groups[i].value);
  }

  Drawing drawing;
  drawing.title = request.text("title", stack.title);
  drawing.rows = request.rows;
  add_note(drawing, missing_note(request.table(), request.rows));
  for (const std::string& sentence :
       part_notes(stack.whole, parts, request.table(), request.rows)) {
    drawing.notes.push_back(sentence);
  }
  if (shared.sum() > 0) {
    drawing.notes.push_back(
        fmt::format("The axis starts at the {:.4g} {} that all bars have in common, part by part; "
                    "drawn is what each takes beyond.",
                    shared.sum(), stack.unit));
  }
  drawing.spec = stack_figure(panels, parts);
  return drawing;
}

}  // namespace

Drawing time_stack(const PlotRequest& request) {
  return stack_plot(request, kTimeStack);
}

Drawing memory_stack(const PlotRequest& request) {
  return stack_plot(request, kMemoryStack);
}

}  // namespace calculon
