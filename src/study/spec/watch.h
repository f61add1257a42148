#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

#include "base/interrupted.h"

namespace calculon {

// Watches over work on many points: ends it early if the user wants that, and tells how far it is.
class Watch {
 public:
  // `doing` is a word or two about the work: "reading".
  using Show = std::function<void(std::string_view doing, std::size_t done, std::size_t all)>;

  // `stop` has to outlive the watch. `show` is called on the thread that calls step(), now and
  // then.
  Watch(const std::atomic<bool>& stop, Show show) : stop_(stop), show_(std::move(show)) {}

  const std::atomic<bool>& stop() const { return stop_; }
  // Throws Interrupted if the user wants to stop. May be called from many threads.
  void check() const {
    if (stop_.load(std::memory_order_relaxed)) {
      throw Interrupted();
    }
  }
  // The same, with `done` of `all` behind. One thread at a time may call it.
  void step(std::string_view doing, std::size_t done, std::size_t all) const;

 private:
  using Clock = std::chrono::steady_clock;

  const std::atomic<bool>& stop_;
  Show show_;
  mutable Clock::time_point shown_ = Clock::now();
};

// Of what nobody watches.
const Watch& no_watch();

// Calls `work(i)` for all i below `count`, in any order, on up to `threads` threads.
void watched_for(const Watch& watch, std::string_view doing, std::size_t count, int threads,
                 const std::function<void(std::size_t)>& work);

}  // namespace calculon
