#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace calculon {

// A command line to learn from: for the help of its command and for the manual page. Each runs as
// it is in a folder with the examples/ of the source tree, the later ones after the earlier ones.
struct Example {
  std::string_view command;  // "study run"
  std::string_view line;     // words without spaces in them
  std::string_view meaning;
};

std::span<const Example> examples();

// The command line, `indent` spaces in front of it, broken as a shell reads it where it is longer
// than `width`.
std::string example_line(const Example& example, std::size_t width, std::size_t indent);

}  // namespace calculon
