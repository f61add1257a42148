#pragma once

#include <array>
#include <string>
#include <vector>

#include "page/plot.h"

namespace calculon {

// The lines in a cell of a heat map: what `text` of the plot asks for, else the value of `color`.
std::vector<std::string> cell_lines(const PlotRequest& request, std::size_t row,
                                    const std::string& color);

// "12.3", "59G" (binary: steps of 1024; decimal: steps of 1000), "76.7%". `as` is one of
// kCellFormats.
std::string cell_number(double value, std::string_view as, int decimals);

inline constexpr std::array<std::string_view, 4> kCellFormats = {"number", "binary", "decimal",
                                                                 "percent"};

}  // namespace calculon
