#pragma once

#include <string>
#include <utility>

#include "base/printable.h"
#include "cli/console.h"
#include "cli/terminal.h"

namespace calculon {

// Each tells something in one line on standard error, whatever bytes it holds and however long it
// is. Only a terminal shows a long one in several.
inline void tell_line(Console& console, const std::string& line) {
  console.err << errors_for_reading(console, line) << "\n";
}

// What is wrong. A command that ends with a mistake tells exactly one such line.
inline void complain(Console& console, std::string line) {
  tell_line(console, "calculon: " + message_line(std::move(line)));
}

// What one should know beside an answer.
inline void note(Console& console, std::string line) {
  tell_line(console, "note: " + message_line(std::move(line)));
}

}  // namespace calculon
