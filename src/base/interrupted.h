#pragma once

#include <atomic>
#include <exception>

namespace calculon {

// Thrown where the user wants to stop (Ctrl-C) in the middle of work on many points. It is no
// error: what is on disk is whole, and the program ends with the status of an interruption.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

// Whether the user wants that: set by a signal, which can reach nothing but globals, and read where
// something waits for others, as at a pipe.
std::atomic<bool>& stop_flag();

// To be called where a system call waits and was interrupted: throws Interrupted if it shall end.
void check_interruption();

}  // namespace calculon
