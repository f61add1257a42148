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

TEST_CASE("plots stand in two columns on wide screens and fit narrow ones", "[page][browser]") {
  if (!has_browser()) {
    return;
  }
  JsonPage content = tiny_page();
  content.plots = Json::parse(R"([
    {"type": "line", "x": "size", "series": "model", "where": {"offload": true}},
    {"type": "bars", "x": "size", "where": {"model": "GPT3 175B"}, "series": "offload"},
    {"type": "table"}])");
  const std::string html = html_page(content);
  const SeenPage wide = see_page(html, 1600);
  REQUIRE(wide.plots.size() == 3);
  CHECK(wide.plots[1].left > wide.plots[0].left + 600);
  CHECK(wide.plots[2].left == wide.plots[0].left);
  const SeenPage narrow = see_page(html, 500);
  CHECK(narrow.faults() == std::vector<std::string>());
  REQUIRE(narrow.plots.size() == 3);
  CHECK(narrow.plots[1].left == narrow.plots[0].left);
  CHECK(narrow.plots[0].picture < 500);
  CHECK_THAT(narrow.text, Catch::Contains("scroll sideways for more"));
}

TEST_CASE("a page of parameters says which one matters", "[page][browser]") {
  if (!has_browser()) {
    return;
  }
  const SeenPage page = see_page(html_page(tiny_sensitivity_page()));
  CHECK(page.faults() == std::vector<std::string>());
  CHECK(page.plots.size() == 2);
  CHECK_THAT(page.text,
             Catch::Contains("matrix rate matters most: ×0.25 … ×4 changes the sample rate "
                             "by −56 % … +130 %."));
  CHECK_THAT(page.text,
             Catch::Contains("tier-0 network bandwidth has no effect on the sample rate"));
  CHECK_THAT(page.text, Catch::Contains("tier-1 memory capacity: 1 of 4 points has no answer: "
                                        "memory tier 1 is too small (1)."));
}

TEST_CASE("labels with control characters leave pictures well-formed", "[page][browser]") {
  JsonPage hostile = tiny_page();
  hostile.title = "A title \x1b]0;x\x07 with \x01 and \xff";
  for (Json& row : hostile.rows) {
    row["model"] = row["model"].get<std::string>() + " \x01\b\f\x1b[2J \xef\xbf\xbf";
  }
  hostile.plots = Json::parse(R"([
    {"type": "line", "x": "size", "series": "model", "title": "One \u0001 \u001b two"},
    {"type": "heatmap", "x": "size", "y": "model"}])");
  const std::string html = html_page(hostile);
  CHECK(html.find("\\u0001") == std::string::npos);
  CHECK(html.find("\\u001b") == std::string::npos);
  CHECK(html.find('\x1b') == std::string::npos);
  if (has_browser()) {
    const SeenPage page = see_page(html);
    CHECK(page.faults() == std::vector<std::string>());
    CHECK(page.plots.size() == 2);
  }
}

}  // namespace calculon::test
