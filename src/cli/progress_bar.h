#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>

namespace calculon {

// One line on a terminal that says how far a long run is, its rate and the time left. Appears
// after a second and goes away at the end.
class ProgressBar {
 public:
  // `total` is what there is to count; nothing is shown unless `enabled`.
  ProgressBar(std::ostream& terminal, bool enabled, std::int64_t total)
      : terminal_(terminal), enabled_(enabled), total_(total), start_(Clock::now()) {}
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::int64_t counted);
  double elapsed_seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::ostream& terminal_;
  bool enabled_;
  bool shown_ = false;
  std::int64_t total_;
  Clock::time_point start_;
};

}  // namespace calculon
