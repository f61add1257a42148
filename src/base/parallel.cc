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
#include <new>
#include <string>
#include <system_error>
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

namespace {

// Threads that wait until it is known how many of them could start, and then do their work.
class ThreadTeam {
 public:
  ThreadTeam(const std::function<void(int, const StopToken&)>& work, const StopToken& token,
             std::atomic<bool>& failed)
      : work_(work), token_(token), failed_(failed) {}

  // Starts up to `threads`. Where the system refuses some, half of those that could start work:
  // what they have taken is given back, since the work needs memory, too. Returns how many work;
  // 0: none could start.
  int start(int threads) {
    pool_.reserve(static_cast<std::size_t>(threads));
    bool all = true;
    try {
      for (int thread = 0; thread < threads; ++thread) {
        pool_.emplace_back([this, thread] { take_part(thread); });
      }
    } catch (const std::system_error&) {
      all = false;
    } catch (const std::bad_alloc&) {
      all = false;
    }
    const std::size_t used = all ? pool_.size() : (pool_.size() + 1) / 2;
    tell(used_, static_cast<int>(used));
    pool_.erase(pool_.begin() + static_cast<std::ptrdiff_t>(used), pool_.end());
    tell(running_, static_cast<int>(used));
    return static_cast<int>(used);
  }

  // The work of one thread, on the one that calls.
  void work_alone() {
    tell(running_, 1);
    work(0);
  }

  // Waits for the end of all, or so long; whether they have ended.
  bool wait_for(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return running_ == 0; });
  }

  // Only after the end of all: what the first that failed threw, if any.
  const std::exception_ptr& error() const { return error_; }
  void join() { pool_.clear(); }

 private:
  static constexpr int kUnknown = -1;

  void tell(int& number, int value) {
    const std::lock_guard lock(mutex_);
    number = value;
    changed_.notify_all();
  }
  void take_part(int thread) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return used_ != kUnknown; });
      if (thread >= used_) {
        return;
      }
      changed_.wait(lock, [&] { return running_ != kUnknown; });
    }
    work(thread);
  }

  void work(int thread) {
    std::exception_ptr caught;
    try {
      work_(thread, token_);
    } catch (...) {
      caught = std::current_exception();
      failed_ = true;
    }
    const std::lock_guard lock(mutex_);
    if (caught && !error_) {
      error_ = caught;
    }
    --running_;
    changed_.notify_all();
  }

  const std::function<void(int, const StopToken&)>& work_;
  const StopToken& token_;
  std::atomic<bool>& failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int used_ = kUnknown;     // the others end without work
  int running_ = kUnknown;  // of those with work; it begins when the others have ended
  std::exception_ptr error_;
  std::vector<std::jthread> pool_;  // the last member: its threads use the others until they end
};

}  // namespace

void run_threads(int threads, const std::function<void(int, const StopToken&)>& work,
                 const std::atomic<bool>& stop, int watch_milliseconds,
                 const std::function<void()>& watch) {
  std::atomic<bool> failed{false};
  const StopToken token(stop, failed);
  ThreadTeam team(work, token, failed);
  if (team.start(threads) == 0) {
    team.work_alone();
  }
  while (!team.wait_for(std::chrono::milliseconds(watch_milliseconds))) {
    watch();
  }
  team.join();
  if (team.error()) {
    std::rethrow_exception(team.error());
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
