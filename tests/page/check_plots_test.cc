// What is wrong with a plot object is told with file, key, value and what is accepted.
#include <catch2/catch.hpp>

#include "page/page.h"
#include "support/input_error_of.h"

namespace calculon::test {
namespace {

std::string error_of(const std::string& plot) {
  const Json plots = Json::array({Json::parse(plot)});
  constexpr std::array<std::string_view, 4> kColumns = {"size", "model", "sample_rate",
                                                        "total_time"};
  return input_error_of([&] { check_plots(JsonReader("s.json", plots), kColumns); });
}

}  // namespace

TEST_CASE("a mistake in a plot is named with its place and what is accepted", "[page]") {
  CHECK(error_of(R"({"type": "line", "x": "size", "y": ["sample_rate", "total_time"],
                     "where": {"model": ["a", "b"]}, "range": [0, 1]})") == "(no error)");
  CHECK_THAT(error_of(R"({"x": "size"})"),
             Catch::Contains("s.json: [0]") && Catch::Contains("lacks the key 'type'"));
  CHECK_THAT(error_of(R"({"type": "lines", "x": "size"})"),
             Catch::Contains("[0].type is \"lines\", expected ") &&
                 Catch::Contains("did you mean 'line'?"));
  CHECK_THAT(error_of(R"({"type": "line", "x": "sise"})"),
             Catch::Contains("[0].x is \"sise\", expected the name of a column") &&
                 Catch::Contains("did you mean 'size'?"));
  CHECK_THAT(error_of(R"({"type": "line", "x": "size", "xlog": true})"),
             Catch::Contains("has the key 'xlog', which a plot of type line has not") &&
                 Catch::Contains("did you mean 'x_log'?"));
  CHECK_THAT(error_of(R"({"type": "heatmap", "x": "size"})"), Catch::Contains("lacks the key 'y'"));
  CHECK_THAT(error_of(R"({"type": "heatmap"})"), Catch::Contains("lacks the keys 'x' and 'y'"));
  CHECK_THAT(error_of(R"({"type": "line"})"), Catch::Contains("lacks the key 'x'"));
  CHECK_THAT(error_of(R"({"type": "line", "x": "size", "range": [2, 1]})"),
             Catch::Contains("[0].range") &&
                 Catch::Contains("expected two numbers, the smaller one first"));
  CHECK_THAT(error_of(R"({"type": "line", "x": "size", "where": {"modl": 1}})"),
             Catch::Contains("which is no column (did you mean 'model'?)"));
  CHECK_THAT(error_of(R"({"type": "heatmap", "x": "size", "y": "model",
                          "text": [{"column": "total_time", "as": "bin"}]})"),
             Catch::Contains("[0].text[0].as is \"bin\", expected number, binary"));
  CHECK_THAT(error_of(R"({"type": "table", "best": {"total_time": "less"}})"),
             Catch::Contains("[0].best.total_time is \"less\", expected least or greatest"));
}

TEST_CASE("every mistake in a plot is one line", "[page]") {
  for (const char* plot :
       {"3", "[]", "{}", R"({"type": 3})", R"({"type": "line", "x": []})",
        R"({"type": "line", "x": "size", "y": {}})", R"({"type": "line", "x": "size", "x_log": 1})",
        R"({"type": "line", "x": ["size", "model"]})",
        R"({"type": "scatter", "x": "size", "y": "model", "band": 0})",
        R"({"type": "heatmap", "x": "size", "y": "model", "text": []})",
        R"({"type": "speedup", "x": "size", "over": "model", "base": [1]})"}) {
    INFO(plot);
    const std::string error = error_of(plot);
    CHECK_THAT(error, Catch::StartsWith("s.json: "));
    CHECK(error.find('\n') == std::string::npos);
  }
}

}  // namespace calculon::test
