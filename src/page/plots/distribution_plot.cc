// How a statistic is distributed over many executions: a histogram, and its best values one by one.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "calculon/base/quantity_text.h"
#include "page/plots/figure.h"
#include "text/distribution.h"

namespace calculon {
namespace {

// The distribution of a point, or of a panel's rows.
struct LabelledDistribution {
  std::string label;
  std::size_t row;  // the point, or the best of many
  Distribution distribution;
};

// One per row with a summary; else that of the column `y` over all rows of a panel.
std::vector<LabelledDistribution> distributions_of(const PlotRequest& request) {
  const Table& table = request.table();
  std::vector<std::string> axes = request.content.axes;
  std::erase_if(axes, [&](const std::string& axis) {  // which tell nothing apart
    DistinctValues values;
    for (std::size_t row = 0; row < table.size(); ++row) {
      values.add(table.value(row, axis));
    }
    return values.values().size() < 2;
  });
  std::vector<LabelledDistribution> all;
  for (const std::size_t row : request.rows) {
    if (const Distribution* summary = table.summary(row)) {
      std::vector<std::string> parts;
      for (const std::string& axis : axes) {
        parts.push_back(group_title(axis, table.value(row, axis)));
      }
      all.push_back({fmt::format("{}", fmt::join(parts, ", ")), row, *summary});
    }
  }
  if (!all.empty()) {
    return all;
  }
  const std::string column = request.text("y", "sample_rate");
  for (const RowGroup& group : grouped(table, request.rows, request.text("panel"))) {
    DistributionMaker maker(column);
    for (const std::size_t row : group.rows) {
      if (const auto value = table.number(row, column); value && table.ok(row)) {
        maker.add(*value);
      }
    }
    if (maker.count() > 0) {
      all.push_back({group_title(request.text("panel"), group.value), *best_row(table, group.rows),
                     maker.finish()});
    }
  }
  return all;
}

Drawing empty_drawing(const PlotRequest& request, const std::vector<LabelledDistribution>& all,
                      const std::string& title) {
  Drawing drawing;
  drawing.title = request.text("title", title);
  for (const LabelledDistribution& one : all) {
    drawing.rows.push_back(one.row);
  }
  add_note(drawing, missing_note(request.table(), request.rows));
  return drawing;
}

constexpr std::string_view kBins = R"json({
  "type": "rect", "from": {"data": "bins"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "from", "offset": 0.5}, "x2": {"scale": "x", "field": "to", "offset": -0.5},
    "y": {"scale": "y", "field": "count"}, "y2": {"scale": "y", "value": 0},
    "fill": {"value": "#4c78a8"}, "tooltip": {"value": "row"}},
    "hover": {"fillOpacity": {"value": 0.8}}}})json";

constexpr std::string_view kTop = R"json({
  "type": "symbol", "from": {"data": "top"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
    "fill": {"scale": "color", "field": "s"}, "size": {"value": 30}, "tooltip": {"value": "row"}},
    "hover": {"size": {"value": 100}}}})json";

// `range` is that of the counts, or null.
Panel histogram_panel(const LabelledDistribution& one, const Json& range) {
  const Distribution& distribution = one.distribution;
  const ColumnInfo column = column_info(distribution.statistic);
  Extent x;
  Extent y;
  Json bins = Json::array();
  for (std::size_t i = 0; i < distribution.counts.size(); ++i) {
    const double from = distribution.edges[i] * column.factor;
    const double to = distribution.edges[i + 1] * column.factor;
    const auto count = distribution.counts[i];
    x.add(from);
    x.add(to);
    y.add(static_cast<double>(count));
    bins.push_back({{"from", from},
                    {"to", to},
                    {"count", count},
                    {"row", one.row},
                    {"about", fmt::format("{} executions from {:.5g} to {:.5g} {}", count, from, to,
                                          column.unit)}});
  }
  Panel panel;
  panel.title = one.label;
  panel.data = {{{"name", "bins"}, {"values", bins}}};
  panel.scales = Json::array(
      {number_scale("x", x, false, Json(), false), number_scale("y", y, false, range, true)});
  panel.axes = Json::array({bottom_axis(column.with_unit()), left_axis("Executions")});
  panel.marks = Json::array({spec_part(kBins)});
  return panel;
}

}  // namespace

Drawing histogram(const PlotRequest& request) {
  const auto all = distributions_of(request);
  std::vector<Panel> panels;
  std::int64_t total = 0;
  std::string statistic = request.text("y", "sample_rate");
  for (const LabelledDistribution& one : all) {
    statistic = one.distribution.statistic;
    total += one.distribution.count;
    panels.push_back(histogram_panel(one, request.plot.value("range", Json())));
    panels.back().width = panel_width(all.size());
  }
  Drawing drawing = empty_drawing(request, all,
                                  fmt::format("{} executions by {}", grouped_digits(total),
                                              column_info(statistic).in_sentence()));
  drawing.spec = figure(panels, Json::array(), Json::array());
  return drawing;
}

Drawing cdf_plot(const PlotRequest& request) {
  const auto all = distributions_of(request);
  Json points = Json::array();
  std::vector<std::string> names;
  Extent x;
  std::size_t longest = 0;
  std::string statistic = request.text("y", "sample_rate");
  for (const LabelledDistribution& one : all) {
    statistic = one.distribution.statistic;
    const ColumnInfo column = column_info(statistic);
    const std::vector<double>& top = one.distribution.top;  // descending
    names.push_back(one.label);
    longest = std::max(longest, top.size());
    for (std::size_t i = 0; i < top.size(); ++i) {
      const double value = top[top.size() - 1 - i] * column.factor;
      const double share = static_cast<double>(i + 1) / static_cast<double>(top.size());
      x.add(value);
      points.push_back(
          {{"x", value},
           {"y", share},
           {"s", one.label},
           {"row", one.row},
           {"about", fmt::format("rank {}: {:.6g} {}", top.size() - i, value, column.unit)}});
    }
  }
  Panel panel;
  panel.data = {{{"name", "top"}, {"values", points}}};
  Extent share;
  share.add(0);
  share.add(1);
  panel.scales =
      Json::array({number_scale("x", x, false, request.plot.value("range", Json()), false),
                   number_scale("y", share, false, Json(), true)});
  panel.axes = Json::array(
      {bottom_axis(column_info(statistic).with_unit()), left_axis("Share of the best")});
  panel.marks = Json::array({spec_part(kTop)});
  Drawing drawing = empty_drawing(
      request, all,
      fmt::format("The {} best by {}", longest, column_info(statistic).in_sentence()));
  drawing.spec = figure({panel}, Json::array({color_scale(names)}),
                        names.size() > 1 ? Json::array({color_legend("")}) : Json::array());
  return drawing;
}

}  // namespace calculon
