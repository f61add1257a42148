// The page as text: what it holds, and that nothing in a title gets out of its place.
#include "page/page.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "support/input_error_of.h"
#include "support/json_page.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

JsonPage sizes_page() {
  JsonPage content;
  content.title = "Sizes";
  content.axes = {{{"name", "size"}, {"values", {8, 16, 24}}}};
  content.rows = {{{"size", 8}, {"status", "ok"}, {"sample_rate", 10.5}, {"tensor_par", 8}},
                  {{"size", 16}, {"status", "infeasible"}, {"reason", "tier-1 memory: 3 GiB"}},
                  {{"size", 24}, {"status", "ok"}, {"sample_rate", 21.0}, {"tensor_par", 4}}};
  return content;
}

}  // namespace

TEST_CASE("a page is the same whenever it is made", "[page]") {
  CHECK(html_page(sizes_page()) == html_page(sizes_page()));
}

TEST_CASE("what a title says cannot become part of the page", "[page]") {
  JsonPage content = sizes_page();
  content.title = "</title></script><script>alert(1)</script>";
  content.notes = "a < b & </style>";
  content.inputs = {{"note", "</pre><script>alert(2)</script>"}};
  content.rows[1]["reason"] = "</script><script>alert(3)</script>";
  content.plots = {{{"type", "line"}, {"x", "size"}, {"title", "</h2><script>alert(4)</script>"}}};
  const std::string page = html_page(content);
  CHECK(page.find("<script>alert") == std::string::npos);
  CHECK(page.find("</style>a") == std::string::npos);
  CHECK_THAT(page, Catch::Contains("&lt;/title&gt;"));
  CHECK_THAT(page, Catch::Contains("\\u003c/script>"));
}

TEST_CASE("a page asks nothing from outside", "[page]") {
  const std::string page = html_page(sizes_page());
  for (const char* reference : {"<script src", "<link", "<img", "@import", "sourceMappingURL"}) {
    INFO(reference);
    CHECK(page.find(reference) == std::string::npos);
  }
}

TEST_CASE("a page of a large table carries what its plots show", "[page]") {
  constexpr int kRows = 30000;
  JsonPage content;
  content.title = "Large";
  content.axes = {{{"name", "size"}}, {{"name", "model"}}};
  for (int i = 0; i < kRows; ++i) {
    content.rows.push_back(
        {{"size", i}, {"model", i % 2 == 0 ? "even" : "odd"}, {"sample_rate", i}});
  }
  content.plots = {{{"type", "line"}, {"x", "size"}, {"where", {{"size", {7, 29999}}}}}};
  const std::string few = html_page(content);
  CHECK_THAT(few, Catch::Contains("\"total\":30000") && Catch::Contains(",999,29999]"));
  CHECK_THAT(few, Catch::Contains("[29999,\"odd\",29999]"));
  CHECK(few.find("[1000,") == std::string::npos);
  content.plots = {{{"type", "line"}, {"x", "size"}}};
  CHECK_THAT(html_page(content), Catch::Contains("This shows the first 20,000 of 30,000 rows"));
}

TEST_CASE("the documentation lists every kind of plot and every key", "[page]") {
  const std::string text = source_text("docs/report.md");
  const auto error_of = [](const Json& plot) {
    const Json plots = Json::array({plot});
    return input_error_of([&] { check_plots(JsonReader("x", plots), {}); });
  };
  // "... expected line, bars or table (did you mean ...)": the kinds as a message lists them.
  const std::string message = error_of({{"type", "?"}});
  std::istringstream kinds(message.substr(message.find("expected ") + 9));
  int count = 0;
  for (std::string kind; kinds >> kind;) {
    kind = kind.substr(0, kind.find(','));
    if (kind != "or") {
      ++count;
      CHECK_THAT(text, Catch::Contains("\n| `" + kind + "` | "));
    }
  }
  CHECK(count == 15);
  for (const char* key : {"title", "where", "series", "panel", "color", "text", "range", "blue",
                          "over", "base", "band", "front", "from", "columns", "best"}) {
    CHECK_THAT(text, Catch::Contains("\n| `" + std::string(key) + "` | "));
  }
}

}  // namespace calculon::test
