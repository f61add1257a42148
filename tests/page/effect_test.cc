// Axes that change nothing.
#include "page/effect.h"

#include <catch2/catch.hpp>

#include "support/json_page.h"

namespace calculon::test {
namespace {

// Rates over two axes; the second one changes them by `change`.
JsonPage product(double change) {
  JsonPage content;
  content.axes = {{{"name", "memory"}, {"values", {1, 2}}}, {{"name", "link"}, {"values", {1, 2}}}};
  for (const int memory : {1, 2}) {
    for (const int link : {1, 2}) {
      content.rows.push_back({{"memory", memory},
                              {"link", link},
                              {"sample_rate", 100.0 * memory * (link == 2 ? 1 + change : 1)}});
    }
  }
  return content;
}

std::vector<std::string> silent_axes(const PageContent& content) {
  return axes_without_effect(content, "sample_rate");
}

}  // namespace

TEST_CASE("an axis that changes less than a billionth has no effect", "[page]") {
  CHECK(silent_axes(product(1e-8)).empty());
  const auto silent = silent_axes(product(1e-10));
  REQUIRE(silent.size() == 1);
  CHECK_THAT(silent[0], Catch::StartsWith("link has no effect on the sample rate"));
}

TEST_CASE("an axis that decides whether there is an answer has an effect", "[page]") {
  JsonPage content = product(0);
  content.rows[3] = {{"memory", 2}, {"link", 2}, {"status", "infeasible"}};
  CHECK(silent_axes(content).empty());
}

TEST_CASE("an axis that is never compared with itself is not called silent", "[page]") {
  JsonPage content = product(0);
  content.rows.erase(3);
  content.rows.erase(1);  // link 1 alone, of both memories
  CHECK(silent_axes(content).empty());
}

TEST_CASE("an axis of one value is not called silent", "[page]") {
  JsonPage content;
  content.axes = {{{"name", "size"}, {"values", {8}}}};
  content.rows = {{{"size", 8}, {"sample_rate", 1.0}}};
  CHECK(silent_axes(content).empty());
}

TEST_CASE("numbers on both sides of 1 are factors of the base, on one side they are not",
          "[page]") {
  const auto base_of = [](const std::vector<double>& values) {
    JsonPage content;
    content.rows.push_back({{"varied", ""}});
    for (const double value : values) {
      content.rows.push_back({{"varied", "rate"}, {"rate", value}});
    }
    const PageContent page = content;
    return base_value(page.rows, {0, 1, 2}, "rate");
  };
  CHECK(base_of({0.5, 2}) == Cell(1));
  CHECK(base_of({0.25, 0.5}).is_missing());
  CHECK(base_of({2, 4}).is_missing());
}

}  // namespace calculon::test
