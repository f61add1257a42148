// The parts of a row's time, the largest first, each beginning where the one before it ends.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "page/plots/bar_parts.h"
#include "page/plots/figure.h"

namespace calculon {
namespace {

constexpr std::string_view kTotalColor = "#8b8f94";

// The steps of a waterfall, with the names of their lines.
struct Waterfall {
  Json steps = Json::array();
  std::vector<std::string> lines;
  Extent extent;

  void add(const std::string& line, double from, double to, std::string_view color, double total,
           std::size_t row) {
    const std::string text =
        fmt::format("{:.4g} s ({:.1f}%)", to - from, total > 0 ? 100 * (to - from) / total : 0.0);
    lines.push_back(line);
    steps.push_back({{"p", line},
                     {"from", from},
                     {"to", to},
                     {"end", std::max(from, to)},
                     {"color", color},
                     {"text", text},
                     {"row", row},
                     {"about", line + ": " + text}});
    extent.add(to);
  }
};

Waterfall waterfall_of(const std::vector<BarPart>& parts, const Table& table, std::size_t row) {
  const std::vector<double> seconds = part_amounts(Whole::kTime, parts, table, row);
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return seconds[a] > seconds[b]; });
  const double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  const double total = whole_amount(Whole::kTime, table, row).value_or(sum);
  Waterfall waterfall;
  double now = 0;
  for (const std::size_t i : order) {
    const BarPart& part = parts[i];
    if (seconds[i] != 0) {
      waterfall.add(part.help.empty() ? part.name : part.name + ": " + part.help, now,
                    now + seconds[i], part.color, total, row);
      now += seconds[i];
    }
  }
  waterfall.add("total", 0, total, kTotalColor, total, row);
  return waterfall;
}

Panel panel_of(const Waterfall& waterfall, const Json& range) {
  Panel panel = lines_panel({waterfall.lines, 24, 0.2, 420},
                            number_scale("x", waterfall.extent, false, range, true), "Time (s)");
  panel.data.push_back({{"name", "steps"}, {"values", waterfall.steps}});
  panel.marks = Json::array({line_bars("steps", "p"), line_texts("steps", "p", "end")});
  return panel;
}

}  // namespace

Drawing waterfall(const PlotRequest& request) {
  const Table& table = request.table();
  Drawing drawing;
  drawing.title = request.text("title", "Where the time goes");
  std::vector<Panel> panels;
  for (const RowGroup& group : grouped(table, request.rows, request.text("panel"))) {
    const auto row = best_row(table, group.rows);
    if (!row || !table.ok(*row)) {
      continue;
    }
    const auto parts = shown_parts(Whole::kTime, table, {*row});
    panels.push_back(
        panel_of(waterfall_of(parts, table, *row), request.plot.value("range", Json())));
    panels.back().title = group_title(request.text("panel"), group.value);
    drawing.rows.push_back(*row);
  }
  add_note(drawing, missing_note(table, request.rows));
  drawing.spec = figure(panels, Json::array(), Json::array());
  drawing.spec["layout"]["columns"] = 1;
  return drawing;
}

}  // namespace calculon
