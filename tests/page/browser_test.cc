// Pages in a real browser: every plot draws, no script fails, and points say what they are.
#include "support/browser.h"

#include <catch2/catch.hpp>

#include "page/page.h"
#include "support/tiny_page.h"

namespace calculon::test {

TEST_CASE("every kind of plot draws and tells the execution of its points", "[page][browser]") {
  if (!has_browser()) {
    return;
  }
  const SeenPage page = see_page(html_page(tiny_page()));
  CHECK(page.faults() == std::vector<std::string>());
  REQUIRE(page.plots.size() == tiny_page().plots.size());
  for (const SeenPlot& plot : page.plots) {
    INFO(plot.title);
    REQUIRE(!plot.hovers.empty());
    CHECK_THAT(plot.hovers[0], Catch::Contains("tensor_par"));
  }
}

TEST_CASE("a page of parameters says which one matters", "[page][browser]") {
  if (!has_browser()) {
    return;
  }
  const SeenPage page = see_page(html_page(tiny_sensitivity_page()));
  CHECK(page.faults() == std::vector<std::string>());
  CHECK(page.plots.size() == 2);
  CHECK_THAT(page.text, Catch::Contains("matrix rate matters most: ×0.25 … ×4 changes sample_rate "
                                        "by −56 % … +130 %."));
  CHECK_THAT(page.text, Catch::Contains("tier-0 network bandwidth has no effect on sample_rate"));
  CHECK_THAT(page.text, Catch::Contains("tier-1 memory capacity: 1 of 4 points has no answer: "
                                        "memory tier 1 is too small (1)."));
}

}  // namespace calculon::test
