#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/progress_bar.h"
#include "study/spec/watch.h"

namespace calculon {

// Watches over a command on many points: Ctrl-C (and SIGTERM) end its work, and on a terminal a bar
// shows how far each part of it is.
class StudyWatch {
 public:
  // `bar`: whether there may be one.
  explicit StudyWatch(Console& console, bool bar = true)
      : console_(console),
        has_bar_(bar),
        watch_(interrupt_.stop(), [this](std::string_view doing, std::size_t done,
                                         std::size_t all) { show(doing, done, all); }) {}

  const std::atomic<bool>& stop() const { return interrupt_.stop(); }
  const Watch& watch() const { return watch_; }
  // Takes the bar away, for other output.
  void hide() { bar_.reset(); }

 private:
  void show(std::string_view doing, std::size_t done, std::size_t all) {
    if (!bar_ || doing != doing_) {
      bar_.emplace(console_, static_cast<std::int64_t>(all), has_bar_);
      doing_ = doing;
      first_ = done;
    }
    bar_->show(static_cast<std::int64_t>(done), static_cast<std::int64_t>(first_), doing);
  }

  Console& console_;
  bool has_bar_;
  InterruptGuard interrupt_;
  std::optional<ProgressBar> bar_;
  std::string doing_;
  std::size_t first_ = 0;
  Watch watch_;
};

}  // namespace calculon
