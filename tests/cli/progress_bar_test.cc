#include "cli/progress_bar.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <sstream>
#include <thread>

namespace calculon::test {

TEST_CASE("progress is shown after a second, on one line that goes away", "[cli]") {
  std::ostringstream terminal;
  std::ostringstream silent;
  {
    ProgressBar progress(terminal, true, 1000);
    ProgressBar off(silent, false, 1000);
    ProgressBar nothing_to_do(silent, true, 0);
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
  }
  CHECK_THAT(terminal.str(), Catch::EndsWith("\r\x1b[K"));
  CHECK(silent.str().empty());
}

}  // namespace calculon::test
