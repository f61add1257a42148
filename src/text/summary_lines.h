#pragma once

#include <string>
#include <string_view>

namespace calculon {

// Lines of the reports that people read first, of whichever model.

// "  NAME              VALUE".
std::string summary_line(std::string_view name, std::string_view value);

// What stands behind a part of a whole: a bar as long as its share, in an ANSI foreground if
// `color`, behind a gap; nothing if it rounds to nothing.
std::string share_bar(double share, bool color, int ansi_color);

inline constexpr int kAnsiBlue = 34;

}  // namespace calculon
