#pragma once

#include <string>
#include <utility>

#include "base/printable.h"
#include "cli/console.h"

namespace calculon {

// Tells what is wrong in one line on standard error, whatever bytes it holds and however long it
// is.
inline void complain(Console& console, std::string line) {
  console.err << "calculon: " << message_line(std::move(line)) << "\n";
}

}  // namespace calculon
