#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "page/column.h"
#include "page/page_content.h"
#include "page/row_groups.h"

namespace calculon {

// What a plot is to show: its object, and the rows of the table that its `where` lets through.
struct PlotRequest {
  const Json& plot;
  const PageContent& content;
  RowNumbers rows;

  const Table& table() const { return content.rows; }

  bool has(std::string_view key) const { return plot.contains(std::string(key)); }
  // The text of a key, or `otherwise`.
  std::string text(std::string_view key, std::string_view otherwise = "") const;
  bool flag(std::string_view key, bool otherwise) const;
  // A column or a list of columns.
  std::vector<std::string> names(std::string_view key, const std::string& otherwise = "") const;
};

// A plot that is ready for the page: a Vega specification, the columns of a table, or a summary.
struct Drawing {
  std::string title;
  Json spec;                          // null: a table or a summary
  Json table;                         // names of its columns
  Json best;                          // column -> rows whose cell is marked
  Json summary;                       // heads and lines of cells, each with its rows
  std::vector<std::string> notes;     // sentences below it
  std::vector<std::string> findings;  // sentences for the top of the page
  RowNumbers rows;                    // of the results that it shows
};

Drawing line_plot(const PlotRequest& request);
Drawing bars_plot(const PlotRequest& request);
Drawing time_stack(const PlotRequest& request);
Drawing memory_stack(const PlotRequest& request);
Drawing waterfall(const PlotRequest& request);
Drawing heatmap(const PlotRequest& request);
Drawing histogram(const PlotRequest& request);
Drawing cdf_plot(const PlotRequest& request);
Drawing scaling_plot(const PlotRequest& request);
Drawing scatter_plot(const PlotRequest& request);
Drawing box_plot(const PlotRequest& request);
Drawing speedup_plot(const PlotRequest& request);
Drawing tornado(const PlotRequest& request);
Drawing table_plot(const PlotRequest& request);
Drawing summary_plot(const PlotRequest& request);

}  // namespace calculon
