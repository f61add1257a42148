#include "calculon/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace calculon {
namespace {

// "max 100000" or "150000 100000" (microseconds per period) in cgroup v2; two files in v1.
int cgroup_cpu_limit(int otherwise) {
  double quota = -1;
  double period = 0;
  std::string text;
  std::ifstream v2("/sys/fs/cgroup/cpu.max");
  if (v2 >> text >> period && text != "max") {
    quota = std::strtod(text.c_str(), nullptr);
  } else if (!v2) {
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> quota;
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
  }
  if (quota <= 0 || period <= 0) {
    return otherwise;
  }
  return std::max(1, static_cast<int>(std::lround(quota / period)));
}

}  // namespace

int available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int allowed = sched_getaffinity(0, sizeof(set), &set) == 0
                          ? CPU_COUNT(&set)
                          : static_cast<int>(std::thread::hardware_concurrency());
  return std::max(1, std::min(allowed, cgroup_cpu_limit(allowed)));
}

ChunkQueue::Chunk ChunkQueue::next() {
  std::int64_t begin = next_.load(std::memory_order_relaxed);
  for (;;) {
    const std::int64_t left = count_ - begin;
    if (left <= 0) {
      return {count_, count_};
    }
    const std::int64_t size = std::max<std::int64_t>(1, left / (std::int64_t{3} * threads_));
    if (next_.compare_exchange_weak(begin, begin + size, std::memory_order_relaxed)) {
      return {begin, begin + size};
    }
  }
}

void run_threads(int threads, const std::function<void(int, const StopToken&)>& work,
                 const std::atomic<bool>& stop, int watch_milliseconds,
                 const std::function<void()>& watch) {
  std::atomic<bool> failed{false};
  const StopToken token(stop, failed);
  std::mutex mutex;
  std::condition_variable ended;
  int running = threads;
  std::exception_ptr error;
  const auto guarded = [&](int thread) {
    std::exception_ptr caught;
    try {
      work(thread, token);
    } catch (...) {
      caught = std::current_exception();
      failed = true;
    }
    const std::lock_guard lock(mutex);
    if (caught && !error) {
      error = caught;
    }
    --running;
    ended.notify_one();
  };
  {
    std::vector<std::jthread> pool;
    pool.reserve(static_cast<std::size_t>(threads));
    for (int thread = 0; thread < threads; ++thread) {
      pool.emplace_back(guarded, thread);
    }
    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, std::chrono::milliseconds(watch_milliseconds),
                           [&] { return running == 0; })) {
      lock.unlock();
      watch();
      lock.lock();
    }
  }
  if (error) {
    std::rethrow_exception(error);
  }
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  constexpr int kWatchMilliseconds = 1000;
  const int used = static_cast<int>(std::min(count, static_cast<std::size_t>(threads)));
  if (used <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      work(i);
    }
    return;
  }
  const std::atomic<bool> never{false};
  ChunkQueue queue(static_cast<std::int64_t>(count), used);
  const auto take = [&](int, const StopToken& stop) {
    for (auto chunk = queue.next(); !chunk.empty() && !stop; chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end; ++i) {
        work(static_cast<std::size_t>(i));
      }
    }
  };
  run_threads(used, take, never, kWatchMilliseconds, [] {});
}

}  // namespace calculon
