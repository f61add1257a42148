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

// Runs `work(thread)` on threads 0 .. threads-1 and waits for all of them. Meanwhile `watch` is
// called on the calling thread every `watch_milliseconds`. The first exception that a thread
// throws is thrown again here, once all have ended; `stop` is set for the others to see.
void run_threads(int threads, const std::function<void(int)>& work, std::atomic<bool>& stop,
                 int watch_milliseconds, const std::function<void()>& watch);

// Calls `work(i)` for all i below `count`, in any order, on up to `threads` threads.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace calculon
