#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace calculon {

// Processors that this process may use: its affinity, and a limit of its control group if that is
// lower. At least 1.
int available_cpus();

// Hands out the numbers 0 .. count-1 to threads in chunks that start large and shrink towards the
// end (guided self-scheduling): little traffic, and no thread is left with a long tail.
class ChunkQueue {
 public:
  ChunkQueue(std::int64_t count, int threads) : count_(count), threads_(threads) {}

  struct Chunk {
    std::int64_t begin;
    std::int64_t end;
    bool empty() const { return begin >= end; }
  };
  Chunk next();

 private:
  std::atomic<std::int64_t> next_{0};
  std::int64_t count_;
  int threads_;
};

// What a thread asks to know whether it should end early: either the user wants that, or another
// thread of run_threads() has failed. The two are apart, so that whoever goes on after a failure
// does not forget what the user wants.
class StopToken {
 public:
  // Both flags have to outlive the token.
  StopToken(const std::atomic<bool>& wanted, const std::atomic<bool>& failed)
      : wanted_(wanted), failed_(failed) {}

  explicit operator bool() const {
    return wanted_.load(std::memory_order_relaxed) || failed_.load(std::memory_order_relaxed);
  }

 private:
  const std::atomic<bool>& wanted_;
  const std::atomic<bool>& failed_;
};

// Runs `work(thread, stop)` on threads 0 .. threads-1 and waits for all of them. Meanwhile `watch`
// is called on the calling thread every `watch_milliseconds`. `stop` is the user's wish, which is
// only read. The first exception that a thread throws is thrown again here, once all have ended;
// the others see it in their token.
void run_threads(int threads, const std::function<void(int, const StopToken&)>& work,
                 const std::atomic<bool>& stop, int watch_milliseconds,
                 const std::function<void()>& watch);

// Calls `work(i)` for all i below `count`, in any order, on up to `threads` threads.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace calculon
