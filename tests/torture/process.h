#pragma once

#include <string>

#include "support/background_program.h"

namespace calculon::torture {

// Seconds within which a signal has to be heard, on a machine that has other work, too.
inline constexpr double kLongestStop = 2;

struct StopResult {
  int status = 0;  // negative: the signal that ended it
  double seconds = 0;
  std::string err;
};

// Sends the signal and waits for the end. What still runs after 20 s is killed.
StopResult stop_program(test::BackgroundProgram& program, int signal);

}  // namespace calculon::torture
