// The best plan for a mixed cluster: when each stage is busy, where the iteration goes, and the
// memory of each stage.
#include "page/plan_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "page/plots/figure.h"

namespace calculon {
namespace {

constexpr std::string_view kMicrobatchColor = "#4c78a8";
constexpr std::string_view kTogether = "all stages";
constexpr double kLaneHeight = 26;
constexpr const char* kTimeTitle = "Time of an iteration (ms)";

// The parts of the cost in the order of the schedule; `key` is the name in the plot's object.
struct PartColor {
  std::string_view key;
  std::string_view color;
};
constexpr std::array<PartColor, 6> kPartColors = {{
    {"batch generation", "#8b8f94"},
    {"pipeline", kMicrobatchColor},
    {"stage to stage", "#72b7b2"},
    {"forward-backward gap", "#d8a31f"},
    {"gradient reduction", "#b279a2"},
    {"optimizer", "#54a24b"},
}};

double part_ms(const PlotRequest& request, std::string_view key) {
  for (const Json& part : request.plot["parts"]) {
    if (part["name"] == key) {
      return part["ms"].get<double>();
    }
  }
  return 0;
}

std::string lane_of(const Table& table, std::size_t row) {
  return fmt::format("stage {}: {}", value_label(table.value(row, "stage")),
                     value_label(table.value(row, "devices")));
}

// The bars of a schedule, each in the lane of its stage.
struct Schedule {
  std::vector<std::string> lanes;
  Json bars = Json::array();
  Extent extent;

  void add(const std::string& lane, const std::string& name, std::string_view kind, double from,
           double to, double opacity, std::optional<std::size_t> row) {
    if (!(to > from)) {
      return;
    }
    bars.push_back({{"lane", lane},
                    {"from", from},
                    {"to", to},
                    {"s", kind},
                    {"opacity", opacity},
                    {"about", fmt::format("{}: {:.6g} to {:.6g} ms", name, from, to)}});
    if (row) {
      bars.back()["row"] = *row;
    }
    extent.add(to);
  }
};

// What a stage takes for one microbatch.
double stage_ms(const Table& table, std::size_t row) {
  return table.number(row, "microbatch_time").value_or(0);
}

// Stage i begins with microbatch m when the stages before it have handed over the first one and m
// more have gone through the slowest of them: sum + m * longest, which ends as the formula of the
// cost does. Of very many microbatches those in the middle are one bar.
void add_pipeline(const PlotRequest& request, std::size_t charged, double begin_ms,
                  Schedule& schedule) {
  constexpr std::int64_t kMostBars = 2400;
  constexpr double kLight = 0.6;  // neighbours differ
  const Table& table = request.table();
  const auto all = request.plot["micro_batches"].get<std::int64_t>();
  const std::int64_t most =
      std::max<std::int64_t>(4, kMostBars / static_cast<std::int64_t>(request.rows.size()));
  const std::int64_t shown_at_ends = all <= most ? all : most / 2;
  double before = 0;
  double longest = 0;
  for (std::size_t i = 0; i < charged; ++i) {
    const std::size_t row = request.rows[i];
    const double own = stage_ms(table, row);
    longest = std::max(longest, own);
    const auto begin_of = [&](std::int64_t m) {
      return begin_ms + before + static_cast<double>(m) * longest;
    };
    const auto add_one = [&](std::int64_t m) {
      schedule.add(schedule.lanes[i], fmt::format("microbatch {}", m), "pipeline", begin_of(m),
                   begin_of(m) + own, m % 2 == 0 ? 1 : kLight, row);
    };
    for (std::int64_t m = 0; m < shown_at_ends; ++m) {
      add_one(m);
    }
    if (shown_at_ends < all) {
      const std::int64_t last = all - shown_at_ends;
      schedule.add(schedule.lanes[i], fmt::format("microbatches {} to {}", shown_at_ends, last - 1),
                   "pipeline", begin_of(shown_at_ends), begin_of(last - 1) + own, kLight / 2, row);
      for (std::int64_t m = last; m < all; ++m) {
        add_one(m);
      }
    }
    before += own;
  }
}

Schedule schedule_of(const PlotRequest& request, std::size_t charged) {
  const Table& table = request.table();
  Schedule schedule;
  for (std::size_t i = 0; i < request.rows.size(); ++i) {
    schedule.lanes.push_back(lane_of(table, request.rows[i]) +
                             (i < charged ? "" : ", not charged"));
  }
  schedule.lanes.emplace_back(kTogether);
  double now = 0;
  for (const PartColor& part : kPartColors) {
    const double milliseconds = part_ms(request, part.key);
    if (part.key == "pipeline") {
      add_pipeline(request, charged, now, schedule);
    } else {
      schedule.add(std::string(kTogether), std::string(part.key), part.key, now, now + milliseconds,
                   1, std::nullopt);
    }
    now += milliseconds;
  }
  return schedule;
}

// The colors of the parts that are there, and the legend.
Json part_figure(const Panel& panel, const PlotRequest& request) {
  Json names = Json::array();
  Json colors = Json::array();
  for (const PartColor& part : kPartColors) {
    if (part_ms(request, part.key) > 0) {
      names.push_back(part.key);
      colors.push_back(part.color);
    }
  }
  Json legend = color_legend("");
  legend["orient"] = "bottom";
  legend["direction"] = "horizontal";
  legend["columns"] = 3;
  const Json scale = {{"name", "color"}, {"type", "ordinal"}, {"domain", names}, {"range", colors}};
  return figure({panel}, Json::array({scale}), Json::array({std::move(legend)}));
}

Drawing plan_timeline(const PlotRequest& request) {
  const auto charged =
      std::min(request.plot["stages_charged"].get<std::size_t>(), request.rows.size());
  const Schedule schedule = schedule_of(request, charged);
  Json x = number_scale("x", schedule.extent, false, Json(), true);
  x["nice"] = false;
  Panel panel = lines_panel({schedule.lanes, kLaneHeight}, std::move(x), kTimeTitle);
  panel.width = 640;
  panel.data = Json::array({{{"name", "bars"}, {"values", schedule.bars}}});
  Json bars = line_bars("bars", "lane");
  bars["encode"]["update"]["fill"] = {{"scale", "color"}, {"field", "s"}};
  bars["encode"]["update"]["fillOpacity"] = {{"field", "opacity"}};
  panel.marks = Json::array({std::move(bars)});

  Drawing drawing;
  drawing.title = request.text("title");
  drawing.rows = request.rows;
  drawing.spec = part_figure(panel, request);
  drawing.notes.push_back(
      "A bar is one microbatch, forward and backward together as the profiles have them; what the "
      "planner charges once stands before and behind the pipeline.");
  if (charged < request.rows.size()) {
    drawing.findings.push_back(fmt::format(
        "The cost is that of {} of {} stages (quirk H7), so no cluster is as fast; --quirks fixed "
        "charges all.",
        charged, request.rows.size()));
  }
  return drawing;
}

Drawing plan_parts(const PlotRequest& request) {
  double total = 0;
  for (const PartColor& part : kPartColors) {
    total += part_ms(request, part.key);
  }
  std::vector<std::string> lanes;
  Json bars = Json::array();
  Extent extent;
  double now = 0;
  for (const PartColor& part : kPartColors) {
    const double milliseconds = part_ms(request, part.key);
    const std::string text =
        fmt::format("{:.5g} ms ({:.1f}%)", milliseconds, 100 * milliseconds / total);
    lanes.emplace_back(part.key);
    bars.push_back({{"lane", part.key},
                    {"from", now},
                    {"to", now + milliseconds},
                    {"color", part.color},
                    {"text", text},
                    {"about", fmt::format("{}: {}", part.key, text)}});
    now += milliseconds;
    extent.add(now);
  }
  Panel panel =
      lines_panel({lanes, kLaneHeight}, number_scale("x", extent, false, Json(), true), kTimeTitle);
  panel.data = Json::array({{{"name", "parts"}, {"values", bars}}});
  Json marks = line_bars("parts", "lane");
  marks["encode"].erase("hover");  // there is no row behind a part
  marks["encode"]["update"]["tooltip"]["value"] = "about";
  panel.marks = Json::array({std::move(marks), line_texts("parts", "lane", "to")});
  Drawing drawing;
  drawing.title = request.text("title");
  drawing.rows = request.rows;
  drawing.spec = figure({panel}, Json::array(), Json::array());
  return drawing;
}

constexpr std::string_view kMemoryBars = R"json({
  "type": "rect", "from": {"data": "stages"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "width": {"scale": "x", "band": 1},
    "y": {"scale": "y", "field": "y"}, "y2": {"scale": "y", "value": 0},
    "fill": {"value": "#4c78a8"}, "tooltip": {"value": "row"}},
    "hover": {"fillOpacity": {"value": 0.8}}}})json";

constexpr std::string_view kMemoryTexts = R"json({
  "type": "text", "from": {"data": "stages"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x", "band": 0.5}, "y": {"scale": "y", "field": "y", "offset": -4},
    "align": {"value": "center"}, "baseline": {"value": "bottom"}, "text": {"field": "text"}}}})json";

constexpr std::string_view kMemoryCapacities = R"json({
  "type": "rect", "from": {"data": "stages"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "x", "offset": -4},
    "width": {"scale": "x", "band": 1, "offset": 8},
    "y": {"scale": "y", "field": "capacity", "offset": -1}, "height": {"value": 2},
    "fill": {"value": "#d13438"}}}})json";

Drawing plan_memory(const PlotRequest& request) {
  constexpr double kBar = 56;
  constexpr std::size_t kMostTexts = 24;
  const Table& table = request.table();
  Json stages = Json::array();
  std::vector<Cell> labels;
  Extent extent;
  for (const std::size_t row : request.rows) {
    const double memory = table.number(row, "memory").value_or(0);
    const double capacity = table.number(row, "capacity").value_or(0);
    labels.push_back(table.value(row, "stage"));
    stages.push_back({{"x", labels.back()},
                      {"y", memory},
                      {"capacity", capacity},
                      {"text", fmt::format("{:.4g}", memory)},
                      {"row", row},
                      {"about",
                       {lane_of(table, row), fmt::format("{:.5g} of {:.5g} GiB ({:.1f}%)", memory,
                                                         capacity, 100 * memory / capacity)}}});
    extent.add(memory);
    extent.add(capacity);
  }
  const auto count = static_cast<double>(labels.size());
  Panel panel;
  panel.width = std::clamp(kBar * count, 160.0, std::max(640.0, 3 * count));
  panel.data = Json::array({{{"name", "stages"}, {"values", stages}}});
  panel.scales = Json::array(
      {{{"name", "x"}, {"type", "band"}, {"range", "width"}, {"padding", 0.25}, {"domain", labels}},
       number_scale("y", extent, false, Json(), true)});
  panel.axes =
      Json::array({named_axis("Pipeline stage", labels, panel.width), left_axis("Memory (GiB)")});
  panel.marks = Json::array({spec_part(kMemoryBars), spec_part(kMemoryCapacities)});
  if (labels.size() <= kMostTexts) {
    panel.marks.push_back(spec_part(kMemoryTexts));
  }
  Drawing drawing;
  drawing.title = request.text("title");
  drawing.rows = request.rows;
  drawing.spec = figure({panel}, Json::array(), Json::array());
  drawing.notes.push_back(
      request.flag("published", false)
          ? "The red lines are the capacities. As published, one replica's layers, times five, are "
            "held against all GPUs of the stage together (quirk H12)."
          : "The red lines are the capacities: what a GPU of the stage needs, and has.");
  return drawing;
}

}  // namespace

std::optional<Drawing> draw_plan_plot(const PlotRequest& request) {
  const std::string type = request.text("type");
  return type == kPlanTimelinePlot ? std::optional(plan_timeline(request))
         : type == kPlanPartsPlot  ? std::optional(plan_parts(request))
         : type == kPlanMemoryPlot ? std::optional(plan_memory(request))
                                   : std::nullopt;
}

}  // namespace calculon
