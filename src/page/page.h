#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// A table of results and how it is to be drawn. Quantities are in the units of the field rows:
// seconds, bytes, ratios from 0 to 1.
struct PageContent {
  std::string title;
  std::string notes;
  // An array of objects; null and missing mean that there is no value. Next to axes, settings of
  // the execution, statistics, costs and derived columns a row may have `status` ("ok",
  // "infeasible" or "invalid"; without it a row is ok), `reason`, `reason_kind` (the
  // same without numbers, by which points are counted), `varied` and `summary`: the
  // distribution over all executions of a point, {"count", "least", "greatest", "statistic",
  // "edges": 11 numbers, "counts": 10, "top": descending}.
  Json rows = Json::array();
  // [{"name": "size", "values": [8, 16]}, ...]: the columns that are axes, the last one fastest.
  Json axes = Json::array();
  // Axes that leave their base value one at a time; a row names the one that did in `varied`, which
  // is "" for the base.
  std::vector<std::string> varied;
  // Plot objects (docs/report.md) that check_plots() lets through; empty: what suits the axes.
  Json plots = Json::array();
  // What the table was computed from, shown at the foot.
  Json inputs;
};

// One HTML page that needs nothing from outside; equal contents give equal bytes. A column that no
// row has shows as points without a value. Throws InputError for a malformed summary.
std::string html_page(const PageContent& content);

// Throws InputError unless `plots` is an array of plot objects whose columns are among `columns`.
void check_plots(const JsonReader& plots, std::span<const std::string_view> columns);

}  // namespace calculon
