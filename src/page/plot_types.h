#pragma once

#include <span>
#include <string>
#include <string_view>

#include "page/plot.h"

namespace calculon {

// A kind of plot: its keys, apart from `type`, `title` and `where`, which all have.
struct PlotType {
  std::string_view name;
  Drawing (*draw)(const PlotRequest& request);
  std::string_view required;  // "x y"
  std::string_view optional;
};

std::span<const PlotType> plot_types();

// The plots that suit a table whose page names none: for parameters that vary one at a time a
// tornado, for distributions a histogram and the best of them, for one axis a line, for two a heat
// map, else a table.
Json default_plots(const PageContent& content, const RowTable& table);

}  // namespace calculon
