#pragma once

#include <string>

#include "support/program.h"

namespace calculon::torture {

// How a call ended. An exception that left the program counts as no status.
struct Ended {
  int status = 0;
  std::string out;  // standard output, and what was written to the stream of the log
  std::string err;
  std::string exception;  // its text, if one came out
};

// Calls the program in this process, with 4 GiB of memory and 60 MiB for each file, so that inputs
// that want too much meet a wall. What it writes to descriptor 1 is caught in a file beside the
// current folder, which is that of the call.
Ended run_here(const test::Arguments& arguments);

}  // namespace calculon::torture
