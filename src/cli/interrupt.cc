#include "cli/interrupt.h"

#include <csignal>

namespace calculon {
namespace {

// A handler can reach nothing but globals.
std::atomic<bool> stop_requested{false};
std::atomic<bool> signalled{false};

extern "C" void on_signal(int signal) {
  stop_requested = true;
  signalled = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  stop_requested = false;
  signalled = false;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

std::atomic<bool>& InterruptGuard::stop() const {
  return stop_requested;
}

bool InterruptGuard::interrupted() const {
  return signalled;
}

}  // namespace calculon
