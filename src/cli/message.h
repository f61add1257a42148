#pragma once

#include <string>
#include <utility>

#include "base/printable.h"
#include "cli/console.h"

namespace calculon {

// Each tells something in one line on standard error, whatever bytes it holds and however long it
// is.

// What is wrong. A command that ends with a mistake tells exactly one such line.
inline void complain(Console& console, std::string line) {
  console.err << "calculon: " << message_line(std::move(line)) << "\n";
}

// What one should know beside an answer.
inline void note(Console& console, std::string line) {
  console.err << "note: " << message_line(std::move(line)) << "\n";
}

}  // namespace calculon
