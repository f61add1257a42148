#include "calculon/base/parallel.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace calculon::test {
namespace {

rlim_t address_space_used() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("a chunk queue hands out every number once, in order", "[base]") {
  for (const std::int64_t count : {0, 1, 2, 7, 1000}) {
    for (const int threads : {1, 2, 3, 64}) {
      ChunkQueue queue(count, threads);
      std::int64_t next = 0;
      std::int64_t last_size = count + 1;
      for (auto chunk = queue.next(); !chunk.empty(); chunk = queue.next()) {
        CHECK(chunk.begin == next);
        CHECK(chunk.end - chunk.begin <= last_size);  // chunks shrink
        last_size = chunk.end - chunk.begin;
        next = chunk.end;
      }
      CHECK(next == count);
      CHECK(queue.next().empty());
    }
  }
}

TEST_CASE("threads share a queue without gaps or repetition", "[base]") {
  constexpr std::int64_t kCount = 10'000;
  for (const int threads : {1, 2, 8}) {
    ChunkQueue queue(kCount, threads);
    std::vector<int> taken(kCount, 0);
    std::atomic<bool> stop{false};
    run_threads(
        threads,
        [&](int, const StopToken&) {
          for (auto chunk = queue.next(); !chunk.empty(); chunk = queue.next()) {
            for (std::int64_t i = chunk.begin; i < chunk.end; ++i) {
              ++taken[static_cast<std::size_t>(i)];
            }
          }
        },
        stop, 100, [] {});
    CHECK((taken == std::vector<int>(kCount, 1)));
    CHECK_FALSE(stop);
  }
}

TEST_CASE("every thread runs once with its own number", "[base]") {
  std::vector<std::atomic<int>> runs(8);
  std::atomic<bool> stop{false};
  run_threads(
      8, [&](int thread, const StopToken&) { ++runs[static_cast<std::size_t>(thread)]; }, stop, 100,
      [] {});
  for (const auto& count : runs) {
    CHECK(count == 1);
  }
}

TEST_CASE("what a thread throws stops the others and comes out", "[base]") {
  std::atomic<bool> stop{false};
  const auto work = [&](int thread, const StopToken& token) {
    if (thread == 1) {
      throw std::runtime_error("thread 1");
    }
    while (!token) {
      std::this_thread::yield();
    }
  };
  CHECK_THROWS_WITH(run_threads(3, work, stop, 100, [] {}), "thread 1");
  CHECK_FALSE(stop);  // the user wants nothing to stop
}

TEST_CASE("threads see that the user wants to stop, and a failure does not undo it", "[base]") {
  std::atomic<bool> stop{false};
  const auto work = [&](int thread, const StopToken& token) {
    if (thread == 0) {
      stop = true;  // as an interrupt does, while another thread fails
    }
    while (!token) {
      std::this_thread::yield();
    }
    if (thread == 1) {
      throw std::runtime_error("thread 1");
    }
  };
  CHECK_THROWS_WITH(run_threads(3, work, stop, 100, [] {}), "thread 1");
  CHECK(stop);
}

TEST_CASE("threads that the system refuses are done without", "[base]") {
  constexpr rlim_t kOfSanitizers = rlim_t{1} << 40U;
  if (address_space_used() > kOfSanitizers) {
    return;  // they need address space for themselves
  }
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  const rlimit tight{std::min<rlim_t>(address_space_used() + (96U << 20U), before.rlim_max),
                     before.rlim_max};
  constexpr std::int64_t kCount = 10'000;
  ChunkQueue queue(kCount, 256);
  std::atomic<std::int64_t> sum{0};
  std::atomic<bool> stop{false};
  REQUIRE(setrlimit(RLIMIT_AS, &tight) == 0);
  run_threads(
      256,
      [&](int, const StopToken&) {
        for (auto chunk = queue.next(); !chunk.empty(); chunk = queue.next()) {
          sum += chunk.end - chunk.begin;
        }
      },
      stop, 100, [] {});
  REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
  CHECK(sum == kCount);
}

TEST_CASE("the watcher is called on the caller's thread while threads work", "[base]") {
  std::atomic<bool> stop{false};
  std::atomic<int> calls{0};
  const auto caller = std::this_thread::get_id();
  run_threads(
      2,
      [&](int, const StopToken&) {
        while (calls < 3) {
          std::this_thread::yield();
        }
      },
      stop, 1,
      [&] {
        CHECK(std::this_thread::get_id() == caller);
        ++calls;
      });
  CHECK(calls >= 3);
}

TEST_CASE("the processors that may be used are those of the process", "[base]") {
  cpu_set_t all;
  CPU_ZERO(&all);
  REQUIRE(sched_getaffinity(0, sizeof(all), &all) == 0);
  const int cpus = available_cpus();
  CHECK(cpus >= 1);
  CHECK(cpus <= CPU_COUNT(&all));

  int first = 0;
  while (!CPU_ISSET(first, &all)) {
    ++first;
  }
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
  CHECK(available_cpus() == 1);  // quirk F12: not what the machine has
  CHECK(sched_setaffinity(0, sizeof(all), &all) == 0);
}

}  // namespace calculon::test
