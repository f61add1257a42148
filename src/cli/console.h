#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <ostream>
#include <string>

namespace calculon {

// Where a command talks: results and reports to `log` (standard output unless --log names a file),
// what is wrong to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool color = false;   // out is a terminal that wants color
  std::string program;  // how the program was called, to find the data bundled with it
  std::shared_ptr<spdlog::logger> log;
  bool log_on_output = true;  // `log` writes to `out`
  bool progress = false;      // err is a terminal that wants to see how far a long run is
};

// Exit statuses, the same in every command.
inline constexpr int kExitSuccess = 0;
inline constexpr int kExitNoAnswer = 1;       // infeasible, or nothing found
inline constexpr int kExitBadInput = 2;       // usage or input error, an argument error too
inline constexpr int kExitBusy = 3;           // another process writes the results of this study
inline constexpr int kExitInterrupted = 130;  // by Ctrl-C; what was complete is written

// Runs the program in this process; main() and the tests call it.
int run(int argc, const char* const* argv, Console console);

}  // namespace calculon
