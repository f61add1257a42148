#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// A column of a table for a terminal, with a cell for each row.
struct FittedColumn {
  std::string heading;
  std::vector<std::string> cells;
  bool to_the_left = false;
  // Stands above the table, once, where all rows agree.
  bool is_setting = false;
  // Columns of a higher rank go first where the table is too wide; those of rank 0 stay.
  int rank = 0;
};

// Lines of no more than `width` characters as long as there are columns that may go; settings that
// are the same in all rows of a table of several are in a line above it, "all: NAME VALUE, ...".
// The heading is bold if `color`. REQUIRES columns of equally many cells.
std::string fitted_table(std::vector<FittedColumn> columns, std::size_t width, bool color);

// Where nobody says how wide the terminal is.
inline constexpr std::size_t kTerminalWidth = 80;
inline constexpr std::size_t kAnyWidth = std::string_view::npos;

}  // namespace calculon
