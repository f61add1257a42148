#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "cli/console.h"

namespace calculon {

// How far a run is.
struct ProgressState {
  double share = 0;         // done
  double rate = 0;          // of what is counted, a second
  double seconds_left = 0;  // known if the rate is above 0
  std::string_view note;    // what it does
};

// "[####......]  40.0%  1.2 M/s  0:10 left  NOTE", of no more than `width` characters: the bar gets
// shorter first, then what stands at the end is left out.
std::string progress_line(const ProgressState& progress, std::size_t width);

// One line on a terminal that says how far a long run is, its rate and the time left. Appears
// after a second and goes away at the end.
class ProgressBar {
 public:
  // `total` is what there is to count; nothing is shown unless `enabled` and the console wants it.
  ProgressBar(const Console& console, std::int64_t total, bool enabled = true)
      : terminal_(console.err),
        enabled_(enabled && console.progress),
        width_(console.error_width),
        total_(total),
        start_(Clock::now()) {}
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
  std::size_t (*width_)();  // of the terminal, now
  bool shown_ = false;
  std::int64_t total_;
  Clock::time_point start_;
};

}  // namespace calculon
