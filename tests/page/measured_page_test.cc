// Pages of measured runs, and the kinds of plots that they brought.
#include "page/measured_page.h"

#include <catch2/catch.hpp>

#include "page/page.h"
#include "page/plot_types.h"
#include "support/browser.h"
#include "support/json_page.h"
#include "support/measured_runs.h"

namespace calculon::test {
namespace {

Drawing drawing_of(const PageContent& content, const std::string& plot) {
  return draw_plot(Json::parse(plot), content);
}

const Json& data_named(const Drawing& drawing, const std::string& name) {
  for (const Json& data : drawing.spec["marks"].at(0)["data"]) {
    if (data["name"] == name) {
      return data["values"];
    }
  }
  throw std::runtime_error("there is no data named " + name);
}

PageContent table_page(const std::string& rows) {
  JsonPage page;
  page.rows = Json::parse(rows);
  return page;
}

}  // namespace

TEST_CASE("a scatter has a point for each row that has both values", "[page]") {
  const PageContent content =
      table_page(R"([{"a": 1, "b": 2, "s": "x"}, {"a": 10, "b": 8, "s": "y"},
                                            {"a": 3, "s": "x"}, {"a": 0, "b": 1, "s": "x"}])");
  const Drawing plain = drawing_of(content, R"({"type": "scatter", "x": "a", "y": "b"})");
  CHECK(data_named(plain, "points").size() == 3);
  const Drawing log = drawing_of(content, R"({"type": "scatter", "x": "a", "y": "b", "series": "s",
                                              "x_log": true, "y_log": true, "band": 10})");
  const Json& points = data_named(log, "points");
  REQUIRE(points.size() == 2);
  CHECK(points[0] == Json::parse(R"({"x": 1.0, "y": 2.0, "s": "x", "row": 0})"));
  CHECK(log.notes == std::vector<std::string>{"2 of 4 rows have no point here."});
  const Json& band = data_named(log, "band");
  CHECK(band[0]["x"].get<double>() == Approx(1 / 1.25));
  CHECK(band[1]["x"].get<double>() == Approx(12.5));
  CHECK(band[1]["least"].get<double>() == Approx(0.9 * 12.5));
  CHECK(band[1]["greatest"].get<double>() == Approx(1.1 * 12.5));
  CHECK(log.spec["marks"][0]["scales"][0]["domain"] == log.spec["marks"][0]["scales"][1]["domain"]);
}

TEST_CASE("a box holds the middle half of its rows", "[page]") {
  const Drawing drawing = drawing_of(table_page(R"([
      {"g": "b", "v": 7}, {"g": "a", "v": 1}, {"g": "a", "v": 2}, {"g": "a", "v": 3},
      {"g": "a", "v": 4}, {"g": "a", "v": 50}, {"g": "a"}])"),
                                     R"({"type": "boxes", "x": "g", "y": "v"})");
  const Json& boxes = data_named(drawing, "boxes");
  REQUIRE(boxes.size() == 2);
  CHECK(boxes[0]["p"] == "a (5)");
  CHECK(boxes[0]["q1"] == 2);
  CHECK(boxes[0]["median"] == 3);
  CHECK(boxes[0]["q3"] == 4);
  CHECK(boxes[0]["from"] == 1);
  CHECK(boxes[0]["to"] == 4);
  CHECK(boxes[0]["row"] == 3);
  const Json& outliers = data_named(drawing, "outliers");
  REQUIRE(outliers.size() == 1);
  CHECK(outliers[0]["x"] == 50);
  CHECK(boxes[1]["q1"] == boxes[1]["q3"]);
}

TEST_CASE("a summary has the errors of each group side by side", "[page]") {
  const PageContent content = table_page(R"([
      {"run": 1, "m": "a", "g": "x", "e": 10}, {"run": 1, "m": "b", "g": "x", "e": -20},
      {"run": 2, "m": "a", "g": "y", "e": -30}, {"run": 2, "m": "b", "g": "y"},
      {"run": 3, "m": "b", "g": "y", "e": 40}])");
  const Drawing drawing = drawing_of(
      content, R"({"type": "summary", "x": "g", "series": "m", "y": "e", "over": "run"})");
  const Json& heads = drawing.summary["heads"];
  CHECK(heads[0] == Json::parse(R"([{"text": "", "span": 2}, {"text": "a", "span": 5},
                                    {"text": "b", "span": 5}])"));
  CHECK(heads[1].size() == 11);
  CHECK(heads[1][3] == Json::parse(R"({"text": "median", "span": 1})"));
  const Json lines = Json::parse(R"([
      {"cells": ["all", "", "2", "20.00", "20.00", "30.00", "-10.00",
                 "2", "30.00", "30.00", "40.00", "+10.00"], "rows": [0, 1, 2, 4]},
      {"cells": ["all", "where every m has one", "1", "10.00", "10.00", "10.00", "+10.00",
                 "1", "20.00", "20.00", "20.00", "-20.00"], "rows": [0, 1]},
      {"cells": ["g", "x", "1", "10.00", "10.00", "10.00", "+10.00",
                 "1", "20.00", "20.00", "20.00", "-20.00"], "rows": [0, 1]},
      {"cells": ["g", "y", "1", "30.00", "30.00", "30.00", "-30.00",
                 "1", "40.00", "40.00", "40.00", "+40.00"], "rows": [2, 4]}])");
  CHECK(drawing.summary["lines"] == lines);
}

TEST_CASE("a summary without a measure counts rows", "[page]") {
  const PageContent content = table_page(R"([
      {"m": "a", "why": "big"}, {"m": "a"}, {"m": "b", "why": "big"}, {"m": "b", "why": "odd"}])");
  const Drawing drawing =
      drawing_of(content, R"({"type": "summary", "x": ["why"], "series": "m"})");
  CHECK(drawing.summary["lines"] == Json::parse(R"([
      {"cells": ["all", "", "2", "2"], "rows": [0, 1, 2, 3]},
      {"cells": ["why", "big", "1", "1"], "rows": [0, 2]},
      {"cells": ["why", "odd", "0", "1"], "rows": [3]}])"));
  const Drawing plain = drawing_of(content, R"({"type": "summary", "x": "m"})");
  CHECK(plain.summary["heads"] ==
        Json::parse(R"([[{"text": "", "span": 2}, {"text": "rows", "span": 1}]])"));
  CHECK(plain.summary["lines"].size() == 3);
}

TEST_CASE("a page of measured runs has its plots, and the worst runs first", "[page][measured]") {
  const MeasuredRuns& runs = measured_runs("calibration");
  const PageContent content = measured_page(measured_report(runs.table, runs.predicted));
  CHECK(content.rows.size() == 1428);
  CHECK(content.plots.size() == 5);
  CHECK(content.rows.value(0, "id") == Cell("bridge-021"));
  CHECK(content.rows.value(0, "worst") == Cell(1));
  CHECK(content.rows.number(0, "total_time") == content.rows.number(0, "predicted_seconds"));
  CHECK(content.rows.value(20, "worst").is_missing());
  const MeasuredRuns& nanotron = measured_runs("nanotron");
  const PageContent fewer = measured_page(measured_report(nanotron.table, nanotron.predicted));
  CHECK(fewer.rows.size() == 152);
  CHECK(fewer.plots.size() == 3);
  CHECK(fewer.left_out == std::vector<std::string>{"1688 runs are not here: their step time does "
                                                   "not count and no peak is known."});
}

TEST_CASE("a page of measured runs draws and tells the run under the pointer",
          "[page][measured][browser]") {
  if (!has_browser()) {
    return;
  }
  const MeasuredRuns& runs = measured_runs("nanotron");
  const SeenPage page =
      see_page(html_page(measured_page(measured_report(runs.table, runs.predicted))));
  CHECK(page.faults() == std::vector<std::string>());
  REQUIRE(page.plots.size() == 3);
  for (const SeenPlot& plot : page.plots) {
    INFO(plot.title);
    REQUIRE(!plot.hovers.empty());
    CHECK_THAT(plot.hovers[0], Catch::Contains("nanotron-") && Catch::Contains("measured_seconds"));
  }
  CHECK_THAT(page.text, Catch::Contains("152 step times are off by 7.18 % on average"));
}

}  // namespace calculon::test
