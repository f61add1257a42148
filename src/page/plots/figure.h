#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "page/extent.h"
#include "page/plot.h"
#include "text/table_json.h"

namespace calculon {

// Pieces of Vega specifications. Every point of a plot's data names its row of the table in `row`
// and may say something of its own in `about`, a list of lines: both make its hover text.

// A specification from its text, for the parts that are always the same.
Json spec_part(std::string_view text);

// {"domain": [...]} of a quantitative scale: the plot's `range`, else what holds the numbers, with
// zero unless it lies far off.
Json number_scale(const std::string& name, const Extent& extent, bool log, const Json& range,
                  bool from_zero);

// An axis of numbers along the bottom or the left side.
Json bottom_axis(const std::string& title);
Json left_axis(const std::string& title);
// One of names along the bottom, slanted or upright where they would not fit beside each other.
Json named_axis(const std::string& title, const std::vector<Cell>& values, double width);

// One of names along the left side, of at most `limit` pixels, a line each.
Json named_lines_axis(double limit);

// One of the small plots that stand side by side.
struct Panel {
  std::string title;
  double width = 640;
  double height = 340;
  Json data = Json::array();
  Json scales = Json::array();
  Json axes = Json::array();
  Json marks = Json::array();
};

// A panel of bars along a bottom axis with a grid, a line for each name.
struct LinesOfBars {
  std::vector<std::string> names;
  double height = 24;  // of a line
  double padding = 0.2;
  double name_limit = 220;  // pixels
};
Panel lines_panel(const LinesOfBars& lines, Json x_scale, const std::string& x_title);
// Its bars, of the points of `data`: from their `from` to their `to`, in the line that the field
// `line` names, in their `color`; and their `text` behind the field `end`.
Json line_bars(const std::string& data, const std::string& line);
Json line_texts(const std::string& data, const std::string& line, const std::string& end);

// The width that leaves room for `count` panels in a row, and how many there are.
double panel_width(std::size_t count);
Json figure(const std::vector<Panel>& panels, Json shared_scales, Json legends);

// "color": names to colors, the same in every plot, which serve on light and dark.
Json color_scale(const std::vector<std::string>& names);
std::string color_at(std::size_t index);
Json color_legend(const std::string& title);

// "size 8": a group's title; names alone speak for themselves.
std::string group_title(const std::string& column, const Cell& value);

// Ticks on the bottom axis where points have no answer; their hover text has the reason.
Json missing_marks(const std::string& x_signal);

// Adds a sentence unless it is empty.
void add_note(Drawing& drawing, const std::string& note);

// "12 of 64 points have no answer: tier-1 memory 10, network tier too small 2." or "".
std::string missing_note(const Table& table, const RowNumbers& rows);

// A number of a row as shown, if it is an answer and has one.
std::optional<double> shown_value(const Table& table, std::size_t row, const ColumnInfo& column);

// The scale of x: numbers, or names in a row.
struct XScale {
  Json scale;
  Json axis;
  bool numeric = false;
};
XScale x_scale(const PlotRequest& request, const std::string& title,
               const std::vector<Cell>& values, double width);

}  // namespace calculon
