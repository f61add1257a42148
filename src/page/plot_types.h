#pragma once

#include "page/plot.h"

namespace calculon {

// Draws a plot object that check_plots() has let through.
Drawing draw_plot(const Json& plot, const PageContent& content);

// Whether a row has the values that a plot asks for in `where`; one without it has all rows.
bool shows_row(const Json& plot, const Table& table, std::size_t row);

// The plots that suit a table whose page names none: for parameters that vary one at a time a
// tornado, for distributions a histogram and the best of them, for one axis a line, for two a heat
// map, else a table.
Json default_plots(const PageContent& content);

}  // namespace calculon
