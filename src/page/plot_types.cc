#include "page/plot_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "calculon/base/quantity_text.h"
#include "calculon/statistics/unknown_statistic.h"
#include "page/cell_text.h"
#include "page/page.h"
#include "page/plan_plots.h"
#include "text/table_json.h"

namespace calculon {
namespace {

// A kind of plot: its keys, apart from `type`, `title` and `where`, which all have.
struct PlotType {
  std::string_view name;
  Drawing (*draw)(const PlotRequest& request);
  std::string_view required;  // "x y[]": a column and a list of columns, or one
  std::string_view optional;
  bool by_row;  // each row is drawn, so that there may not be too many
};

constexpr std::array kTypes = {
    PlotType{"time_stack", time_stack, "", "x[] panel range from", true},
    PlotType{"memory_stack", memory_stack, "", "x[] panel range from", true},
    PlotType{"waterfall", waterfall, "", "panel range", false},
    PlotType{"line", line_plot, "", "x y[] series panel x_log y_log range", true},
    PlotType{"bars", bars_plot, "x", "y[] series panel y_log range", true},
    PlotType{"heatmap", heatmap, "x y", "color text panel range blue", false},
    PlotType{"histogram", histogram, "", "y panel range", false},
    PlotType{"cdf", cdf_plot, "", "y panel range", false},
    PlotType{"scaling", scaling_plot, "x", "y series panel range", true},
    PlotType{"scatter", scatter_plot, "x y", "series band front x_log y_log range", true},
    PlotType{"boxes", box_plot, "x", "y range", true},
    PlotType{"speedup", speedup_plot, "x over", "y base series panel range", true},
    PlotType{"tornado", tornado, "", "y range", true},
    PlotType{"table", table_plot, "", "columns[] best", true},
    PlotType{"summary", summary_plot, "x[]", "y series over", true},
};

// More points than this are more than a browser can bear.
constexpr std::size_t kMostDrawnRows = 20000;

constexpr std::array<std::string_view, 2> kBlueEnds = {"least", "greatest"};
constexpr std::array<std::string_view, 2> kBestEnds = {"least", "greatest"};
constexpr std::array<std::string_view, 2> kAxisStarts = {"zero", "difference"};

bool is_wanted(const Json& wanted, const Cell& found) {
  if (wanted.is_array()) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const Json& value) { return is_wanted(value, found); });
  }
  return !wanted.is_object() && cell_of(wanted) == found;
}

std::vector<std::string_view> words(std::string_view text) {
  return split_list(text, ' ');
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void require_one_of(const JsonReader& value, std::span<const std::string_view> names) {
  const std::string name = value.string();
  if (!contains(names, name)) {
    value.reject(list_of_names(names) + did_you_mean(name, names));
  }
}

void check_column(const JsonReader& value, std::span<const std::string_view> columns) {
  const std::string name = value.string();
  if (!contains(columns, name)) {
    constexpr std::size_t kLongestShown = 60;
    throw UnknownStatistic(fmt::format("{} is \"{}\", expected the name of a column{}",
                                       value.place(), name.substr(0, kLongestShown),
                                       did_you_mean(name, columns)));
  }
}

using Columns = std::span<const std::string_view>;

void check_title(const JsonReader& value, Columns) {
  value.string();
}

void check_scalar(const JsonReader& value, Columns) {
  if (value.is_object() || value.is_array()) {
    value.reject("a value of the column that 'over' names");
  }
}

void check_flag(const JsonReader& value, Columns) {
  value.boolean();
}

void check_columns(const JsonReader& value, Columns columns) {
  if (!value.is_array()) {
    return check_column(value, columns);
  }
  if (value.size() == 0) {
    value.reject("at least one column");
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    check_column(value[i], columns);
  }
}

void check_range(const JsonReader& value, Columns) {
  if (!value.is_array() || value.size() != 2 ||
      value[0].number(kAnyReal) >= value[1].number(kAnyReal)) {
    value.reject("two numbers, the smaller one first");
  }
}

void check_band(const JsonReader& value, Columns) {
  value.number(kPositive);
}

void check_where(const JsonReader& value, Columns columns) {
  for (const std::string_view column : value.keys()) {
    if (!contains(columns, column)) {
      throw UnknownStatistic(fmt::format("{} has the key '{}', which is no column{}", value.place(),
                                         column, did_you_mean(column, columns)));
    }
  }
}

void check_text(const JsonReader& value, Columns columns) {
  constexpr std::array<std::string_view, 4> kItemKeys = {"column", "as", "decimals", "most"};
  constexpr std::int64_t kMostDecimals = 12;
  if (!value.is_array() || value.size() < 1 || value.size() > 2) {
    value.reject("a list of one or two objects with the key 'column'");
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const JsonReader item = value[i];
    check_column(item["column"], columns);
    if (item.has("as")) {
      require_one_of(item["as"], kCellFormats);
    }
    if (item.has("decimals")) {
      item["decimals"].integer(0, kMostDecimals);
    }
    if (item.has("most")) {
      item["most"].number(kAnyReal);
    }
    for (const std::string_view key : item.keys()) {
      if (!contains(kItemKeys, key)) {
        item.complain(
            fmt::format("has the unknown key '{}', expected {}", key, list_of_names(kItemKeys)));
      }
    }
  }
}

void check_blue(const JsonReader& value, Columns) {
  require_one_of(value, kBlueEnds);
}

void check_from(const JsonReader& value, Columns) {
  require_one_of(value, kAxisStarts);
}

void check_best(const JsonReader& value, Columns columns) {
  check_where(value, columns);
  for (const std::string_view column : value.keys()) {
    require_one_of(value[column], kBestEnds);
  }
}

struct PlotKey {
  std::string_view name;
  void (*check)(const JsonReader& value, Columns columns);
};

constexpr std::array kKeys = {
    PlotKey{"title", check_title},     PlotKey{"where", check_where},
    PlotKey{"x", check_columns},       PlotKey{"y", check_columns},
    PlotKey{"series", check_column},   PlotKey{"panel", check_column},
    PlotKey{"color", check_column},    PlotKey{"text", check_text},
    PlotKey{"range", check_range},     PlotKey{"over", check_column},
    PlotKey{"base", check_scalar},     PlotKey{"blue", check_blue},
    PlotKey{"x_log", check_flag},      PlotKey{"y_log", check_flag},
    PlotKey{"columns", check_columns}, PlotKey{"best", check_best},
    PlotKey{"band", check_band},       PlotKey{"front", check_flag},
    PlotKey{"from", check_from},
};

constexpr std::string_view kList = "[]";

// The keys of a list such as kTypes has, without the marks of lists.
std::vector<std::string_view> key_names(std::string_view text) {
  std::vector<std::string_view> names = words(text);
  for (std::string_view& name : names) {
    name.remove_suffix(name.ends_with(kList) ? kList.size() : 0);
  }
  return names;
}

bool is_list(const PlotType& type, std::string_view key) {
  const std::string marked = std::string(key) + std::string(kList);
  return contains(words(type.required), marked) || contains(words(type.optional), marked);
}

const PlotType& type_of(const JsonReader& plot) {
  std::vector<std::string_view> names;
  for (const PlotType& type : kTypes) {
    names.push_back(type.name);
  }
  require_one_of(plot["type"], names);
  const std::string name = plot["type"].string();
  return *std::find_if(kTypes.begin(), kTypes.end(),
                       [&](const PlotType& type) { return type.name == name; });
}

void check_plot(const JsonReader& plot, Columns columns, Mistakes& mistakes) {
  const PlotType& type = type_of(plot);
  const auto required = key_names(type.required);
  mistakes.attempt([&] { plot.require_keys(required, plot.keys()); });
  std::vector<std::string_view> known = {"type", "title", "where"};
  known.insert(known.end(), required.begin(), required.end());
  for (const std::string_view key : key_names(type.optional)) {
    known.push_back(key);
  }
  for (const std::string_view key : plot.keys()) {
    mistakes.attempt([&] {
      if (!contains(known, key)) {
        plot.complain(fmt::format("has the key '{}', which a plot of type {} has not{}", key,
                                  type.name, did_you_mean(key, known)));
      }
    });
  }
  for (const PlotKey& key : kKeys) {
    if (plot.has(key.name)) {
      const bool one = key.check == check_columns && !is_list(type, key.name);
      mistakes.attempt([&] { (one ? check_column : key.check)(plot[key.name], columns); });
    }
  }
  // The lines of a study of single parameters stand at the values of these.
  if (type.draw == line_plot && !plot.has("x") &&
      !(plot.has("series") && plot["series"].string() == "varied")) {
    plot["x"];
  }
}

}  // namespace

bool shows_row(const Json& plot, const Table& table, std::size_t row) {
  const auto where = plot.find("where");
  if (where == plot.end()) {
    return true;
  }
  for (const auto& item : where->items()) {
    if (!is_wanted(item.value(), table.value(row, item.key()))) {
      return false;
    }
  }
  return true;
}

Drawing draw_plot(const Json& plot, const PageContent& content) {
  const auto type = std::find_if(kTypes.begin(), kTypes.end(),
                                 [&](const PlotType& t) { return plot["type"] == t.name; });
  RowNumbers rows;
  for (std::size_t row = 0; row < content.rows.size(); ++row) {
    if (shows_row(plot, content.rows, row)) {
      rows.push_back(row);
    }
  }
  if (const auto drawing = draw_plan_plot({plot, content, rows})) {
    return *drawing;
  }
  const std::size_t num_chosen = rows.size();
  if (type->by_row) {
    rows.resize(std::min(rows.size(), kMostDrawnRows));
  }
  Drawing drawing = type->draw({plot, content, std::move(rows)});
  if (type->by_row && num_chosen > kMostDrawnRows) {
    drawing.notes.push_back(
        fmt::format("This shows the first {} of {} rows; a narrower 'where' shows others.",
                    grouped_digits(kMostDrawnRows), grouped_digits(num_chosen)));
  }
  return drawing;
}

void check_plots(const JsonReader& plots, std::span<const std::string_view> columns,
                 Mistakes& mistakes) {
  if (!plots.is_array()) {
    plots.reject("a list of plots");
  }
  for (std::size_t i = 0; i < plots.size(); ++i) {
    mistakes.attempt([&] { check_plot(plots[i], columns, mistakes); });
  }
}

Json default_plots(const PageContent& content) {
  if (!content.varied.empty()) {
    return {{{"type", "tornado"}}, {{"type", "line"}, {"series", "varied"}}};
  }
  if (content.rows.has_summary()) {
    return {{{"type", "histogram"}}, {{"type", "cdf"}}};
  }
  const std::size_t num_axes = content.axes.size();
  const auto axis = [&](std::size_t i) { return content.axes[i]; };
  if (num_axes == 1) {
    return {{{"type", "line"}, {"x", axis(0)}}};
  }
  if (num_axes == 2) {
    return {{{"type", "heatmap"}, {"x", axis(1)}, {"y", axis(0)}}};
  }
  return {{{"type", "table"}}};
}

}  // namespace calculon
