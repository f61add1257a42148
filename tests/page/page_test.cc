// The page as text: what it holds, and that nothing in a title gets out of its place.
#include "page/page.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

PageContent sizes_page() {
  PageContent content;
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
  PageContent content = sizes_page();
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

}  // namespace calculon::test
