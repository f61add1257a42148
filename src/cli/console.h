#pragma once

#include <spdlog/logger.h>

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>

#include "cli/exit_status.h"
#include "text/fitted_table.h"

namespace calculon {

// Where a command talks: results and reports to `log` (standard output unless --log names a file),
// what is wrong to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool color = false;   // out is a terminal that wants color
  std::string program;  // how the program was called, to find the data bundled with it
  std::shared_ptr<spdlog::logger> log;
  bool log_on_output = true;           // `log` writes to `out`
  bool progress = false;               // err is a terminal that wants to see how far a long run is
  std::size_t width = kTerminalWidth;  // of help and tables, in characters
  bool is_terminal = false;            // out is one, so that people read it
  bool errors_in_terminal = false;     // err is one
  // The width of err, which may change while a command runs.
  std::size_t (*error_width)() = [] { return kTerminalWidth; };
};

// Runs the program in this process and returns one of the statuses of exit_status.h; main() and
// the tests call it.
int run(int argc, const char* const* argv, Console console);

}  // namespace calculon
