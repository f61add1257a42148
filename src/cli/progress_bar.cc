#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "calculon/base/quantity_text.h"

namespace calculon {
namespace {

constexpr double kSecondsUntilShown = 1;
constexpr std::size_t kLongestBar = 30;
constexpr std::size_t kShortestBar = 5;
constexpr std::string_view kClearLine = "\r\x1b[K";

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

std::string progress_line(const ProgressState& progress, std::size_t width) {
  std::string facts = fmt::format(" {:5.1f}%", 100 * progress.share);
  const auto add = [&](const std::string& fact) {
    if (!fact.empty() && kShortestBar + 2 + facts.size() + 2 + fact.size() <= width) {
      facts += "  " + fact;
    }
  };
  add(quantity_text(progress.rate, QuantityKind::kPlain, 1) + "/s");
  add(progress.rate > 0 ? duration_text(progress.seconds_left) + " left" : "");
  add(std::string(progress.note));
  const std::size_t room = width - std::min(width, facts.size() + 2);
  const std::size_t bar = std::min(kLongestBar, room);
  const auto filled = static_cast<std::size_t>(progress.share * static_cast<double>(bar));
  return fmt::format("[{:#<{}}{:.<{}}]{}", "", filled, "", bar - filled, facts);
}

ProgressBar::~ProgressBar() {
  if (shown_) {
    terminal_ << kClearLine << std::flush;
  }
}

double ProgressBar::elapsed_seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressBar::show(std::int64_t counted, std::int64_t before, std::string_view note) {
  const double elapsed = elapsed_seconds();
  if (!enabled_ || elapsed < kSecondsUntilShown || total_ <= 0) {
    return;
  }
  ProgressState progress;
  progress.share = std::min(1.0, static_cast<double>(counted) / static_cast<double>(total_));
  progress.rate = static_cast<double>(counted - before) / elapsed;
  progress.seconds_left = static_cast<double>(total_ - counted) / progress.rate;
  progress.note = note;
  // The last place stays free: some terminals begin a new line behind it.
  terminal_ << kClearLine << progress_line(progress, width_() - 1) << std::flush;
  shown_ = true;
}

}  // namespace calculon
