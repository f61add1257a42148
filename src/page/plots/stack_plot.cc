// Where the batch time goes, and the memory of a processor, as stacked bars. These two definitions
// serve every figure of them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "calculon/base/units.h"
#include "calculon/statistics/stats.h"
#include "page/plots/figure.h"

namespace calculon {
namespace {

// A part of a stacked bar: the sum of columns, of which a row may lack some.
struct BarPart {
  std::string_view name;
  std::array<std::string_view, 2> columns;
  bool always;  // else it is shown only where some row has it
  std::string_view color;
  unsigned offload = 0;  // the flag that moves it to tier 2
};

using Columns = std::array<std::string_view, 2>;

// The names of the statistics with a role, or with either of two.
constexpr Columns columns_of(Role role, Role other) {
  Columns columns;
  std::size_t count = 0;
  for (const StatField& field : kStatsFields) {
    if (field.role == role || field.role == other) {
      columns.at(count++) = field.name;
    }
  }
  return columns;
}
constexpr Columns columns_of(Role role) {
  return columns_of(role, role);
}

// They add up to total_time. The published stack leaves out repeated communication (quirk S1) and
// exposed offload (quirk S6).
constexpr std::array<BarPart, 11> kTimes = {{
    {"FW pass", columns_of(Role::kForward), true, "#4c78a8"},
    {"BW pass", columns_of(Role::kBackward), true, "#82add1"},
    {"Optim step", columns_of(Role::kOptimizer), true, "#8b8f94"},
    {"PP bubble", columns_of(Role::kBubble), true, "#e45756"},
    {"FW recompute", columns_of(Role::kRecompute), true, "#b279a2"},
    {"TP comm", columns_of(Role::kTensorComm), true, "#f58518"},
    {"EP comm", columns_of(Role::kExpertComm), false, "#ff8aa0"},
    {"ES comm", columns_of(Role::kExpertSliceComm), false, "#9d755d"},
    {"PP comm", columns_of(Role::kPipelineComm), true, "#d8a31f"},
    {"DP comm", columns_of(Role::kDataComm), true, "#54a24b"},
    {"Offload exposed", columns_of(Role::kOffload), false, "#72b7b2"},
}};
static_assert(kTimes.size() == kTimeParts.size(), "a part of the batch time has no part of a bar");

// They add up to proc_mem_tier1_cap_req: of what is offloaded, the part that stays in tier 1. The
// published stack has the names of both gradients swapped (quirk S2).
constexpr std::array<BarPart, 5> kSpaces = {{
    {"Weight", columns_of(Role::kWeights), true, "#4c78a8", 1},
    {"Activation", columns_of(Role::kActivations, Role::kCheckpoints), true, "#f58518", 2},
    {"Weight gradients", columns_of(Role::kWeightGrads), true, "#54a24b", 4},
    {"Activation gradients", columns_of(Role::kActivationGrads), true, "#b279a2"},
    {"Optimizer space", columns_of(Role::kOptimizerState), true, "#d8a31f", 4},
}};
static_assert(kSpaces.size() + 1 == kMemoryParts.size(),
              "a part of the memory has no part of a bar");

// What the bars of one kind show.
struct StackKind {
  std::string_view title;
  std::string_view axis;
  std::string_view unit;
  double factor;
  std::span<const BarPart> parts;
  bool of_memory;
};

constexpr StackKind kTimeStack = {"Batch time", "Time (s)", "s", 1, kTimes, false};
constexpr StackKind kMemoryStack = {
    "Memory consumption", "Size (GiB)", "GiB", 1 / kGibi, kSpaces, true};

double sum_of(const BarPart& part, const Table& table, std::size_t row, std::string_view suffix) {
  double sum = 0;
  for (const std::string_view column : part.columns) {
    if (!column.empty()) {
      sum += table.number(row, std::string(column) + std::string(suffix)).value_or(0);
    }
  }
  return sum;
}

// What an execution keeps in tier 2: a bit per flag, in their order.
constexpr std::array<std::string_view, 3> kOffloadFlags = {"weight_offload", "activations_offload",
                                                           "optimizer_offload"};
constexpr std::string_view kOffloaded = "_with_offload";

double tier1_amount(const BarPart& part, const Table& table, std::size_t row, unsigned offloads) {
  const bool offloaded = (part.offload & offloads) != 0;
  return sum_of(part, table, row, offloaded ? kOffloaded : "");
}

// Statistics without their execution tell it by their sum.
unsigned likely_offloads(const Table& table, std::size_t row) {
  const double wanted = table.number(row, "proc_mem_tier1_cap_req").value_or(0);
  unsigned best = 0;
  double least_gap = std::numeric_limits<double>::infinity();
  for (unsigned offloads = 0; offloads < 1U << kOffloadFlags.size(); ++offloads) {
    double sum = 0;
    for (const BarPart& part : kSpaces) {
      sum += tier1_amount(part, table, row, offloads);
    }
    if (std::fabs(sum - wanted) < least_gap) {
      least_gap = std::fabs(sum - wanted);
      best = offloads;
    }
  }
  return best;
}

unsigned offloads_of(const Table& table, std::size_t row) {
  if (table.number(row, "proc_mem_tier2_cap_req").value_or(0) == 0) {
    return 0;
  }
  unsigned offloads = 0;
  for (std::size_t i = 0; i < kOffloadFlags.size(); ++i) {
    const Cell& flag = table.value(row, kOffloadFlags[i]);
    if (!flag.is_flag()) {
      return likely_offloads(table, row);
    }
    offloads |= flag.flag() ? 1U << i : 0;
  }
  return offloads;
}

// The heights of the parts of a row, from the bottom, in the unit of the stack.
std::vector<double> heights_of(const StackKind& stack, std::span<const BarPart> parts,
                               const Table& table, std::size_t row) {
  const unsigned offloads = stack.of_memory ? offloads_of(table, row) : 0;
  std::vector<double> heights;
  for (const BarPart& part : parts) {
    heights.push_back(tier1_amount(part, table, row, offloads) * stack.factor);
  }
  return heights;
}

// Whether the rows lack columns, so that the parts are less than the whole.
bool incomplete(const StackKind& stack, const Table& table, const RowNumbers& rows) {
  constexpr double kRounding = 1e-6;
  const std::string_view whole = stack.of_memory ? "proc_mem_tier1_cap_req" : "total_time";
  return std::any_of(rows.begin(), rows.end(), [&](std::size_t row) {
    const auto wanted = table.number(row, whole);
    const auto heights = heights_of(stack, stack.parts, table, row);
    const double sum = std::accumulate(heights.begin(), heights.end(), 0.0);
    return table.ok(row) && wanted && sum < *wanted * stack.factor * (1 - kRounding);
  });
}

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

struct Bars {
  Json pieces = Json::array();
  Json totals = Json::array();
  Json missing = Json::array();
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

void add_bar(const Table& table, const StackKind& stack, std::span<const BarPart> parts,
             std::size_t row, const Cell& label, const std::string& name, Extent& extent,
             Bars& bars) {
  const std::vector<double> heights = heights_of(stack, parts, table, row);
  const double sum = std::accumulate(heights.begin(), heights.end(), 0.0);
  double below = 0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    bars.pieces.push_back(
        {{"x", label},
         {"s", parts[k].name},
         {"y", below},
         {"y2", below + heights[k]},
         {"row", row},
         {"about",
          {name, fmt::format("{}: {:.5g} {} ({:.1f}%)", parts[k].name, heights[k], stack.unit,
                             sum > 0 ? 100 * heights[k] / sum : 0.0)}}});
    below += heights[k];
  }
  extent.add(below);
  bars.totals.push_back({{"x", label}, {"y", below}, {"text", fmt::format("{:.4g}", below)}});
}

Bars bars_of(const PlotRequest& request, const StackKind& stack, std::span<const BarPart> parts,
             const RowNumbers& rows, Extent& extent) {
  const Table& table = request.table();
  const auto columns = label_columns(request);
  Bars bars;
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
      add_bar(table, stack, parts, row, label, name, extent, bars);
    } else {
      bars.missing.push_back({{"x", label}, {"row", row}, {"about", name}});
    }
  }
  return bars;
}

constexpr std::string_view kPieces = R"json({
  "type": "rect", "from": {"data": "pieces"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "width": {"scale": "x", "band": 1},
    "y": {"scale": "y", "field": "y"}, "y2": {"scale": "y", "field": "y2"},
    "fill": {"scale": "color", "field": "s"}, "tooltip": {"value": "row"}},
    "hover": {"fillOpacity": {"value": 0.8}}}})json";

constexpr std::string_view kTotals = R"json({
  "type": "text", "from": {"data": "totals"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x", "band": 0.5}, "y": {"scale": "y", "field": "y", "offset": -4},
    "align": {"value": "center"}, "baseline": {"value": "bottom"}, "text": {"field": "text"}}}})json";

// Those that are always shown, and those that some row has.
std::vector<BarPart> shown_parts(const PlotRequest& request, const StackKind& stack) {
  std::vector<BarPart> parts;
  for (const BarPart& part : stack.parts) {
    const bool used =
        part.always || std::any_of(request.rows.begin(), request.rows.end(), [&](std::size_t row) {
          return sum_of(part, request.table(), row, "") != 0;
        });
    if (used) {
      parts.push_back(part);
    }
  }
  return parts;
}

Panel panel_of(const PlotRequest& request, const StackKind& stack, const Bars& bars,
               const Extent& extent) {
  constexpr double kBar = 56;
  constexpr std::size_t kMostTotals = 24;
  const std::vector<Cell>& labels = bars.labels.values();
  const auto count = static_cast<double>(labels.size());
  Panel panel;
  panel.width = std::clamp(kBar * count, 120.0, std::max(640.0, 3 * count));
  panel.data = {{{"name", "pieces"}, {"values", bars.pieces}},
                {{"name", "totals"}, {"values", bars.totals}},
                {{"name", "missing"}, {"values", bars.missing}}};
  panel.scales = Json::array(
      {{{"name", "x"}, {"type", "band"}, {"range", "width"}, {"padding", 0.25}, {"domain", labels}},
       number_scale("y", extent, false, request.plot.value("range", Json()), true)});
  const auto columns = label_columns(request);
  Json bottom = named_axis(fmt::format("{}", fmt::join(columns, ", ")), labels, panel.width);
  panel.axes = Json::array({std::move(bottom), left_axis(std::string(stack.axis))});
  panel.marks =
      Json::array({spec_part(kPieces), missing_marks("scale('x', datum.x) + bandwidth('x') / 2")});
  if (labels.size() <= kMostTotals) {
    panel.marks.push_back(spec_part(kTotals));
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
  const std::vector<BarPart> parts = shown_parts(request, stack);
  Extent extent;
  std::vector<Bars> all;
  const auto groups = grouped(request.table(), request.rows, request.text("panel"));
  for (const RowGroup& group : groups) {
    all.push_back(bars_of(request, stack, parts, group.rows, extent));
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
  if (incomplete(stack, request.table(), request.rows)) {
    drawing.notes.push_back("The table lacks some parts, so the bars are less than the whole.");
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
