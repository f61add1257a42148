#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "calculon/base/quantity_text.h"

namespace calculon {
namespace {

constexpr double kSecondsUntilShown = 1;
constexpr int kBarWidth = 30;
constexpr std::string_view kClearLine = "\r\x1b[K";

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

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
  const double share = std::min(1.0, static_cast<double>(counted) / static_cast<double>(total_));
  const int filled = static_cast<int>(share * kBarWidth);
  const double rate = static_cast<double>(counted - before) / elapsed;
  const std::string left =
      rate > 0 ? duration_text(static_cast<double>(total_ - counted) / rate) + " left"
               : std::string();
  terminal_ << kClearLine
            << fmt::format("[{:#<{}}{:.<{}}] {:5.1f}%  {}/s  {}  {}", "", filled, "",
                           kBarWidth - filled, 100 * share,
                           quantity_text(rate, QuantityKind::kPlain, 1), left, note)
            << std::flush;
  shown_ = true;
}

}  // namespace calculon
