#include "cli/progress_bar.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <sstream>
#include <thread>

#include "text/folded_text.h"

namespace calculon::test {
namespace {

std::size_t g_width = 80;

Console console_with(std::ostream& terminal) {
  return {.out = terminal,
          .err = terminal,
          .program = "calculon",
          .log = nullptr,
          .progress = true,
          .error_width = [] { return g_width; }};
}

}  // namespace

TEST_CASE("progress is shown after a second, on one line that goes away", "[cli]") {
  std::ostringstream terminal;
  std::ostringstream silent;
  {
    ProgressBar progress(console_with(terminal), 1000);
    ProgressBar off(console_with(silent), 1000, false);
    ProgressBar nothing_to_do(console_with(silent), 0);
    progress.show(100);
    CHECK(terminal.str().empty());
    std::this_thread::sleep_for(std::chrono::milliseconds(1010));
    CHECK(progress.elapsed_seconds() > 1);
    progress.show(500);
    off.show(500);
    nothing_to_do.show(0);
    const std::string line = terminal.str();
    CHECK_THAT(line, Catch::StartsWith("\r\x1b[K[###############...............]  50.0%"));
    CHECK_THAT(line, Catch::Contains("/s  0:01 left"));
    CHECK(line.find('\n') == std::string::npos);
    progress.show(2000);  // more than there is
    CHECK_THAT(terminal.str().substr(line.size()),
               Catch::StartsWith("\r\x1b[K[##############################] 100.0%"));
    progress.show(0);
    CHECK_THAT(terminal.str(), Catch::Contains("[..............................]   0.0%"));
    g_width = 40;  // the terminal was made narrower
    const std::size_t before = terminal.str().size();
    progress.show(500, 0, "reading the points");
    g_width = 80;
    CHECK(display_width(terminal.str().substr(before + 1)) < 40);
  }
  CHECK_THAT(terminal.str(), Catch::EndsWith("\r\x1b[K"));
  CHECK(silent.str().empty());
}

TEST_CASE("a line of progress is no wider than the terminal", "[cli]") {
  const ProgressState state{0.5, 12.3e6, 7205, "1,234/5,678 points  best 123.4"};
  CHECK(progress_line(state, 100) ==
        "[###############...............]  50.0%  12.3 M/s  2:00:05 left  1,234/5,678 points  best "
        "123.4");
  CHECK(progress_line(state, 79) ==
        "[#######.......]  50.0%  12.3 M/s  2:00:05 left  1,234/5,678 points  best 123.4");
  CHECK(progress_line(state, 59) == "[#############.............]  50.0%  12.3 M/s  2:00:05 left");
  CHECK(progress_line(state, 20) == "[#####......]  50.0%");
  for (std::size_t width = 15; width < 150; ++width) {
    CHECK(progress_line(state, width).size() <= width);
  }
}

}  // namespace calculon::test
