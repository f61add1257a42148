#include "text/fitted_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace calculon {
namespace {

constexpr std::string_view kGap = " ";

std::size_t width_of(const FittedColumn& column) {
  std::size_t width = column.heading.size();
  for (const std::string& cell : column.cells) {
    width = std::max(width, cell.size());
  }
  return width;
}

std::size_t width_of(const std::vector<FittedColumn>& columns) {
  return std::accumulate(columns.begin(), columns.end(), std::size_t{0},
                         [](std::size_t sum, const FittedColumn& column) {
                           return sum + width_of(column) + kGap.size();
                         });
}

bool is_same_in_all(const FittedColumn& column) {
  return column.cells.size() > 1 &&
         std::all_of(column.cells.begin(), column.cells.end(),
                     [&](const std::string& cell) { return cell == column.cells.front(); });
}

// Takes out the settings that all rows share and returns the line that has them.
std::string take_shared(std::vector<FittedColumn>& columns, std::size_t width) {
  std::string line;
  std::string text;
  for (const FittedColumn& column : columns) {
    if (!column.is_setting || !is_same_in_all(column)) {
      continue;
    }
    const std::string item = fmt::format("{} {}", column.heading, column.cells.front());
    if (!line.empty() && line.size() + item.size() + 2 > width) {
      text += line + ",\n";
      line = "     ";
    }
    line += fmt::format("{}{}", line.empty() ? "all: " : line == "     " ? "" : ", ", item);
  }
  std::erase_if(columns, [](const FittedColumn& column) {
    return column.is_setting && is_same_in_all(column);
  });
  return line.empty() ? "" : text + line + "\n";
}

void narrow(std::vector<FittedColumn>& columns, std::size_t width) {
  while (width_of(columns) > width) {
    const auto last = std::max_element(
        columns.begin(), columns.end(),
        [](const FittedColumn& a, const FittedColumn& b) { return a.rank < b.rank; });
    if (last->rank == 0) {
      return;
    }
    columns.erase(last);
  }
}

template <class TextOf>
std::string line_of(const std::vector<FittedColumn>& columns, const TextOf& text_of) {
  std::string line;
  for (const FittedColumn& column : columns) {
    line += fmt::format(column.to_the_left ? fmt::runtime("{}{:<{}}") : fmt::runtime("{}{:>{}}"),
                        kGap, text_of(column), width_of(column));
  }
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string fitted_table(std::vector<FittedColumn> columns, std::size_t width, bool color) {
  const std::size_t rows = columns.front().cells.size();
  std::string text = take_shared(columns, width);
  narrow(columns, width);
  const std::string heading =
      line_of(columns, [](const FittedColumn& column) { return column.heading; });
  text += color ? "\x1b[1m" + heading + "\x1b[0m\n" : heading + "\n";
  for (std::size_t row = 0; row < rows; ++row) {
    text += line_of(columns, [&](const FittedColumn& column) { return column.cells[row]; }) + "\n";
  }
  return text;
}

}  // namespace calculon
