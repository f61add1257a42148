#pragma once

#include <array>
#include <atomic>
#include <csignal>

namespace calculon {

// From here on a signal that ends the program takes the temporary files with it. For main(): a
// process that runs the program as a part of itself has signals of its own.
void clean_up_on_signals();

// While one of these lives, Ctrl-C (and SIGTERM, and SIGHUP of a terminal that is closed) set a
// flag instead of ending the program; another one, half a second later or more, ends it at once.
// Signals that were ignored before stay ignored.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  std::atomic<bool>& stop() const;
  // Whether a signal came; a stop for another reason does not count.
  bool interrupted() const;

 private:
  static constexpr std::array kWishes = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, kWishes.size()> before_{};
};

}  // namespace calculon
