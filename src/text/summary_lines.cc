#include "text/summary_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace calculon {

std::string summary_line(std::string_view name, std::string_view value) {
  return fmt::format("  {:<18}{}\n", name, value);
}

std::string share_bar(double share, bool color, int ansi_color) {
  constexpr double kBarWidth = 50;
  const double width = std::clamp(std::round(share * kBarWidth), 0.0, kBarWidth);
  const std::string bar(static_cast<std::size_t>(width), '#');
  if (bar.empty()) {
    return "";
  }
  return color ? fmt::format("  \x1b[{}m{}\x1b[0m", ansi_color, bar) : "  " + bar;
}

}  // namespace calculon
