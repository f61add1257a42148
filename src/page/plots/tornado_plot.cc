// Which parameter matters: what each does to a measure when it alone leaves its base value.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "page/effect.h"
#include "page/plots/figure.h"

namespace calculon {
namespace {

constexpr const char* kBelow = "#4c78a8";
constexpr const char* kAbove = "#f58518";

std::string percent(double change) {
  const std::string text = fmt::format("{:+.{}f} %", 100 * change, std::fabs(change) < 0.1 ? 1 : 0);
  // A minus as wide as a plus.
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

// The axes of the product beside the parameters: a tornado for each of their points.
std::vector<std::string> panel_axes(const PageContent& content) {
  std::vector<std::string> axes;
  for (const std::string& name : content.axes) {
    if (std::find(content.varied.begin(), content.varied.end(), name) == content.varied.end()) {
      axes.push_back(name);
    }
  }
  return axes;
}

struct TornadoPanel {
  std::string title;
  RowNumbers rows;
};

std::vector<TornadoPanel> tornado_panels(const PlotRequest& request) {
  std::vector<TornadoPanel> panels = {{"", request.rows}};
  for (const std::string& axis : panel_axes(request.content)) {
    std::vector<TornadoPanel> finer;
    for (const TornadoPanel& panel : panels) {
      const auto groups = grouped(request.table(), panel.rows, axis);
      for (const RowGroup& group : groups) {
        const std::string own = groups.size() > 1 ? group_title(axis, group.value) : "";
        const std::string gap = panel.title.empty() || own.empty() ? "" : ", ";
        finer.push_back({panel.title + gap + own, group.rows});
      }
    }
    panels = std::move(finer);
  }
  return panels;
}

// The parameter's value at one end of its bar, and the change there.
struct BarEnd {
  std::string value;
  double change;
};

BarEnd bar_end(const Effect& effect, bool least) {
  BarEnd end = {"base", 0};
  for (const Effect::Point& point : effect.points) {
    if (least ? point.change < end.change : point.change > end.change) {
      end = {point.value, point.change};
    }
  }
  return end;
}

std::string finding_of(const std::vector<Effect>& effects, const std::string& measure,
                       const std::string& panel) {
  const std::string where = panel.empty() ? "" : panel + ": ";
  if (effects.empty() || effects[0].none() || effects[0].points.empty()) {
    return where + fmt::format("none of the parameters changes the {}.", measure);
  }
  const Effect& most = effects[0];
  const BarEnd low = bar_end(most, true);
  const BarEnd high = bar_end(most, false);
  // In the order of the parameter's values, as far as these are known to rise.
  const bool swap = std::any_of(most.points.begin(), most.points.end(), [&](const auto& point) {
    return point.value == low.value && point.above;
  });
  const BarEnd& first = swap ? high : low;
  const BarEnd& second = swap ? low : high;
  return where + fmt::format("{} matters most: {} … {} changes the {} by {} … {}.", most.parameter,
                             first.value, second.value, measure, percent(first.change),
                             percent(second.change));
}

constexpr std::string_view kEnds = R"json({
  "type": "text", "from": {"data": "bars"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "field": "to", "offset": {"signal": "datum.to < 0 ? -5 : 5"}},
    "y": {"scale": "y", "field": "p", "band": 0.5}, "baseline": {"value": "middle"},
    "align": {"signal": "datum.to < 0 ? 'right' : 'left'"}, "text": {"field": "text"}}}})json";

constexpr std::string_view kPoints = R"json({
  "type": "symbol", "from": {"data": "points"},
  "encode": {"update": {
    "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "p", "band": 0.5},
    "shape": {"value": "stroke"}, "angle": {"value": 90}, "size": {"value": 120},
    "stroke": {"value": "currentColor"}, "strokeWidth": {"value": 1.5},
    "tooltip": {"value": "row"}},
    "hover": {"strokeWidth": {"value": 3}}}})json";

constexpr std::string_view kSilent = R"json({
  "type": "text", "from": {"data": "silent"}, "interactive": false,
  "encode": {"update": {
    "x": {"scale": "x", "value": 0, "offset": 5},
    "y": {"scale": "y", "field": "p", "band": 0.5}, "baseline": {"value": "middle"},
    "fontStyle": {"value": "italic"}, "text": {"field": "text"}}}})json";

// What the marks of a tornado stand for.
struct TornadoMarks {
  Json bars = Json::array();
  Json points = Json::array();
  Json silent = Json::array();  // words in place of bars
};

void add_points(const Effect& effect, TornadoMarks& marks) {
  if (effect.points.empty() || effect.none()) {
    marks.silent.push_back(
        {{"p", effect.parameter}, {"text", effect.points.empty() ? "no answer" : "no effect"}});
  }
  for (const Effect::Point& point : effect.points) {
    marks.points.push_back({{"x", 100 * point.change},
                            {"p", effect.parameter},
                            {"row", point.row},
                            {"about", fmt::format("{} {}: {}", effect.parameter, point.value,
                                                  percent(point.change))}});
  }
}

// A bar to either side of the base, as far as there are changes.
void add_bars(const Effect& effect, TornadoMarks& marks) {
  for (const bool least : {true, false}) {
    const BarEnd end = bar_end(effect, least);
    const auto at = std::find_if(
        effect.points.begin(), effect.points.end(),
        [&](const auto& point) { return point.change == end.change && point.value == end.value; });
    if (std::fabs(end.change) < kNoEffect || at == effect.points.end()) {
      continue;
    }
    marks.bars.push_back(
        {{"from", 0},
         {"to", 100 * end.change},
         {"p", effect.parameter},
         {"text", end.value},
         {"color", at->above ? kAbove : kBelow},
         {"row", at->row},
         {"about", fmt::format("{} {}: {}", effect.parameter, end.value, percent(end.change))}});
  }
}

// From the most negative to the greatest change, in per cent, with room for the texts at the ends
// of bars.
Extent extent_of(const std::vector<Effect>& effects) {
  Extent changes;
  changes.add(0);
  for (const Effect& effect : effects) {
    for (const Effect::Point& point : effect.points) {
      changes.add(100 * point.change);
    }
  }
  const double margin = 0.12 * std::max(changes.greatest - changes.least, kNoEffect);
  changes.add(changes.least - margin);
  changes.add(changes.greatest + margin);
  return changes;
}

Panel panel_of(const std::vector<Effect>& effects, const Json& range) {
  constexpr double kBarHeight = 30;
  TornadoMarks marks;
  std::vector<std::string> parameters;
  for (const Effect& effect : effects) {
    parameters.push_back(effect.parameter);
    add_points(effect, marks);
    add_bars(effect, marks);
  }
  Panel panel = lines_panel({parameters, kBarHeight, 0.3, 320},
                            number_scale("x", extent_of(effects), false, range, true), "");
  panel.data = {{{"name", "bars"}, {"values", marks.bars}},
                {{"name", "points"}, {"values", marks.points}},
                {{"name", "silent"}, {"values", marks.silent}}};
  panel.marks = Json::array(
      {line_bars("bars", "p"), spec_part(kPoints), spec_part(kEnds), spec_part(kSilent)});
  return panel;
}

}  // namespace

Drawing tornado(const PlotRequest& request) {
  const std::string measure = request.text("y", "sample_rate");
  const std::string words = column_info(measure).in_sentence();
  Drawing drawing;
  drawing.title = request.text("title", fmt::format("What changes the {}", words));
  drawing.rows = request.rows;
  std::vector<Panel> panels;
  bool any_above = false;
  for (const TornadoPanel& part : tornado_panels(request)) {
    const auto effects = effects_of(request.content, part.rows, measure);
    if (effects.empty()) {
      drawing.notes.push_back((part.title.empty() ? "" : part.title + ": ") +
                              "the base point has no answer, so there is nothing to compare with.");
      continue;
    }
    Panel panel = panel_of(effects, request.plot.value("range", Json()));
    panel.title = part.title;
    panel.axes[0]["title"] = fmt::format("Change of the {} (%)", words);
    panels.push_back(std::move(panel));
    drawing.findings.push_back(finding_of(effects, words, part.title));
    const std::string where = part.title.empty() ? "" : part.title + ": ";
    for (const Effect& effect : effects) {
      any_above = any_above || std::any_of(effect.points.begin(), effect.points.end(),
                                           [](const auto& point) { return point.above; });
      if (effect.none()) {
        drawing.notes.push_back(where +
                                no_effect_sentence(request.content, effect.parameter, measure));
      }
      if (const std::string note = missing_note(request.table(), effect.rows); !note.empty()) {
        drawing.notes.push_back(where + effect.parameter + ": " + note);
      }
    }
  }
  drawing.notes.push_back(
      std::string("Each bar is one parameter alone, from its base value to the others.") +
      (any_above ? " Orange: values above the base." : ""));
  drawing.spec = figure(panels, Json::array(), Json::array());
  drawing.spec["layout"]["columns"] = 1;
  return drawing;
}

}  // namespace calculon
