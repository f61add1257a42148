#include "study/spec/watch.h"

#include <algorithm>

#include "calculon/base/parallel.h"

namespace calculon {
namespace {

constexpr int kShowMilliseconds = 200;

}  // namespace

void Watch::step(std::string_view doing, std::size_t done, std::size_t all) const {
  check();
  const Clock::time_point now = Clock::now();
  if (now - shown_ >= std::chrono::milliseconds(kShowMilliseconds)) {
    shown_ = now;
    show_(doing, done, all);
  }
}

const Watch& no_watch() {
  static const std::atomic<bool> kNever{false};
  static const Watch kNobody(kNever, [](std::string_view, std::size_t, std::size_t) {});
  return kNobody;
}

void watched_for(const Watch& watch, std::string_view doing, std::size_t count, int threads,
                 const std::function<void(std::size_t)>& work) {
  const int used = static_cast<int>(std::min(count, static_cast<std::size_t>(threads)));
  if (used <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      watch.step(doing, i, count);
      work(i);
    }
    return;
  }
  ChunkQueue queue(static_cast<std::int64_t>(count), used);
  std::atomic<std::size_t> done{0};
  const auto take = [&](int, const StopToken& stop) {
    for (auto chunk = queue.next(); !chunk.empty(); chunk = queue.next()) {
      for (std::int64_t i = chunk.begin; i < chunk.end && !stop; ++i) {
        work(static_cast<std::size_t>(i));
        done.fetch_add(1, std::memory_order_relaxed);
      }
    }
  };
  run_threads(used, take, watch.stop(), kShowMilliseconds, [&] {
    if (!watch.stop()) {
      watch.step(doing, done, count);
    }
  });
  watch.check();
}

}  // namespace calculon
