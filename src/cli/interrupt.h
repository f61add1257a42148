#pragma once

#include <atomic>

namespace calculon {

// While one of these lives, Ctrl-C (and SIGTERM) set a flag instead of ending the program; another
// one, half a second later or more, ends it at once.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  std::atomic<bool>& stop() const;
  // Whether a signal came; a stop for another reason does not count.
  bool interrupted() const;
};

}  // namespace calculon
