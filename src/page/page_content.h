#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "page/page_inputs.h"
#include "text/table.h"

namespace calculon {

// A table with more rows than this is carried only as far as a page shows it; of those this many
// start the table at the foot.
inline constexpr std::size_t kMostRows = 5000;
inline constexpr std::size_t kLeastRows = 1000;

// A table of results and how it is to be drawn.
struct PageContent {
  std::string title;
  std::string notes;
  // Next to axes, settings of the execution, statistics, costs and derived columns a row may have
  // `status` ("ok", "infeasible" or "invalid"; without it a row is ok), `reason`, `reason_kind`
  // (the same without numbers, by which points are counted), `varied`, and a summary: the
  // distribution over all executions of a point.
  Table rows;
  // The columns that are axes, the last one fastest.
  std::vector<std::string> axes;
  // Axes that leave their base value one at a time; a row names the one that did in `varied`, which
  // is "" for the base.
  std::vector<std::string> varied;
  // Why an axis can have no effect, by its name, where that is known.
  std::map<std::string, std::string> silent_because;
  // Plot objects (docs/report.md) that check_plots() lets through; empty: what suits the axes.
  Json plots = Json::array();
  // How many rows the results have of which these are some; 0: no more than these.
  std::size_t total_rows = 0;
  // Sentences on what is not in `rows`, shown beside the table.
  std::vector<std::string> left_out;
  // What the results were computed from, a line of the table below the title for each file.
  std::vector<PageInputs> sources;
  // The same to the last detail, shown at the foot.
  Json inputs;
};

}  // namespace calculon
