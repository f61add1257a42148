#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string_view>

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

  // `before` of what was counted was there at the start; `note` stands at the end of the line.
  void show(std::int64_t counted, std::int64_t before = 0, std::string_view note = "");
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
