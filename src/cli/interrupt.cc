#include "cli/interrupt.h"

#include <csignal>
#include <cstdint>
#include <ctime>

namespace calculon {
namespace {

constexpr std::int64_t kNanosecondsOfOneWish = 500'000'000;

// A handler can reach nothing but globals.
std::atomic<bool> stop_requested{false};
std::atomic<std::int64_t> first_signal{0};  // nanoseconds of a clock; 0: none came

// What timeout(1) sends, it sends to the program and again to its process group: a signal right
// behind the first one is no second wish.
extern "C" void on_signal(int signal) {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  const std::int64_t now = time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
  std::int64_t first = 0;
  if (first_signal.compare_exchange_strong(first, now)) {
    stop_requested = true;
  } else if (now - first > kNanosecondsOfOneWish) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

InterruptGuard::InterruptGuard() {
  stop_requested = false;
  first_signal = 0;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

InterruptGuard::~InterruptGuard() {
  if (!interrupted()) {  // else the program is about to end, and a second signal must not kill it
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
  }
}

std::atomic<bool>& InterruptGuard::stop() const {
  return stop_requested;
}

bool InterruptGuard::interrupted() const {
  return first_signal != 0;
}

}  // namespace calculon
