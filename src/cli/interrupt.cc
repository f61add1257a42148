#include "cli/interrupt.h"

#include <array>
#include <cstdint>
#include <ctime>

#include "base/interrupted.h"
#include "base/temporary_files.h"

namespace calculon {
namespace {

constexpr std::int64_t kNanosecondsOfOneWish = 500'000'000;

// A handler can reach nothing but globals.
std::atomic<std::int64_t> first_signal{0};  // nanoseconds of a clock; 0: none came

// What ends the program unless it listens. Those of a crash are left to whoever looks for its
// reason.
constexpr std::array kEndingSignals = {SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM,
                                       SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU};

// Ends the program as the signal does, without what was not finished.
extern "C" void end_by_signal(int signal) {
  remove_temporary_files();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// What timeout(1) sends, it sends to the program and again to its process group: a signal right
// behind the first one is no second wish.
extern "C" void on_signal(int signal) {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  const std::int64_t now = time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
  std::int64_t first = 0;
  if (first_signal.compare_exchange_strong(first, now)) {
    stop_flag() = true;
  } else if (now - first > kNanosecondsOfOneWish) {
    end_by_signal(signal);
  }
}

// Without SA_RESTART, so that what waits in a system call hears of it, too. A signal that is
// ignored stays so: a shell ignores Ctrl-C for what runs in the background.
struct sigaction listen_to(int signal, void (*handler)(int)) {
  struct sigaction before {};
  sigaction(signal, nullptr, &before);
  if (before.sa_handler != SIG_IGN) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
  return before;
}

}  // namespace

void clean_up_on_signals() {
  for (const int signal : kEndingSignals) {
    listen_to(signal, end_by_signal);
  }
}

InterruptGuard::InterruptGuard() {
  stop_flag() = false;
  first_signal = 0;
  for (std::size_t i = 0; i < kWishes.size(); ++i) {
    before_[i] = listen_to(kWishes[i], on_signal);
  }
}

InterruptGuard::~InterruptGuard() {
  if (!interrupted()) {  // else the program is about to end, and a second signal must not kill it
    for (std::size_t i = 0; i < kWishes.size(); ++i) {
      sigaction(kWishes[i], &before_[i], nullptr);
    }
  }
}

std::atomic<bool>& InterruptGuard::stop() const {
  return stop_flag();
}

bool InterruptGuard::interrupted() const {
  return first_signal != 0;
}

}  // namespace calculon
