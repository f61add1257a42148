#pragma once

#include <chrono>
#include <optional>

#include "calculon/planner/plan/hetero_types.h"
#include "cli/console.h"
#include "cli/progress_bar.h"

namespace calculon {

// The bar of a planner's search, which begins when it is first told of progress: only then is known
// how much there is to do.
class PlanProgressBar {
 public:
  explicit PlanProgressBar(Console& console) : console_(console) {}

  // What tells it; empty where nothing can be shown, so that nothing is counted for it. Must not
  // outlive the bar.
  PlanProgress watch() {
    if (!console_.progress) {
      return {};
    }
    return [this](std::int64_t done, std::int64_t all) { show(done, all); };
  }

 private:
  using Clock = std::chrono::steady_clock;

  void show(std::int64_t done, std::int64_t all) {
    constexpr std::chrono::milliseconds kBetween(100);
    if (!bar_) {
      bar_.emplace(console_, all);
    }
    if (const auto now = Clock::now(); now - last_ >= kBetween) {
      last_ = now;
      bar_->show(done);
    }
  }

  Console& console_;
  std::optional<ProgressBar> bar_;
  Clock::time_point last_;
};

}  // namespace calculon
