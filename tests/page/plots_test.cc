// The numbers in the specifications that a page hands to its plotting library.
#include <catch2/catch.hpp>
#include <map>
#include <tuple>

#include "page/extent.h"
#include "page/page.h"
#include "page/plot_types.h"
#include "support/tiny_page.h"

namespace calculon::test {
namespace {

Drawing drawn(const PageContent& content, const std::string& plot) {
  return draw_plot(Json::parse(plot), content);
}

// The data of a panel by name.
const Json& values_of(const Drawing& drawing, const std::string& name, std::size_t panel = 0) {
  for (const Json& data : drawing.spec["marks"].at(panel)["data"]) {
    if (data["name"] == name) {
      return data["values"];
    }
  }
  throw std::runtime_error("there is no data named " + name);
}

bool has_note(const Drawing& drawing, const std::string& part) {
  return std::any_of(drawing.notes.begin(), drawing.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("a line has its points, with gaps where there is no answer", "[page]") {  // S7
  const Drawing drawing =
      drawn(tiny_page(), R"({"type": "line", "x": "size", "y": "total_efficiency",
                             "where": {"model": "Megatron-1T", "offload": false}})");
  CHECK(values_of(drawing, "points").size() == 5);
  CHECK(values_of(drawing, "missing").size() == 2);
  const Json& first = values_of(drawing, "points")[0];
  CHECK(first["x"] == 256);
  CHECK(first["y"].get<double>() == Approx(100 * 0.7 / (1 + 256 / 20000.0)));  // per cent
  CHECK(first["row"] == 16);
  CHECK(drawing.rows.size() == 7);
  CHECK(has_note(drawing, "2 of 7 points have no answer: memory tier 1 is too small (2)."));
}

TEST_CASE("a point of a line is the best of the rows that fall on it", "[page]") {
  JsonPage content;
  content.rows = Json::parse(R"([{"size": 8, "link": 1, "sample_rate": 3},
    {"size": 8, "link": 2, "sample_rate": 5}, {"size": 16, "link": 1, "sample_rate": 7}])");
  const Drawing drawing = drawn(content, R"({"type": "line", "x": "size"})");
  const Json& points = values_of(drawing, "points");
  REQUIRE(points.size() == 2);
  CHECK(points[0]["row"] == 1);
  CHECK(has_note(drawing, "A point shows the best of the rows that fall on it."));
}

TEST_CASE("a malformed summary is told as such", "[page]") {
  JsonPage content;
  content.rows = {{{"summary", {{"count", 3}}}}};
  CHECK_THROWS_AS(html_page(content), InputError);
  content.rows =
      Json::parse(R"([{"summary": {"count": 3, "edges": [1], "counts": [1], "top": []}}])");
  CHECK_THROWS_AS(html_page(content), InputError);
}

TEST_CASE("a heat map has a cell for each pair, with its best row", "[page]") {
  JsonPage content;
  content.rows = Json::parse(R"([
    {"t": 1, "p": 1, "sample_rate": 5, "total_time": 9.96, "proc_mem_tier1_cap_req": 63e9},
    {"t": 1, "p": 1, "sample_rate": 7, "total_time": 8, "proc_mem_tier1_cap_req": 64e9},
    {"t": 1, "p": 1, "sample_rate": 7, "total_time": 8.04, "proc_mem_tier1_cap_req": 63e9},
    {"t": 2, "p": 2, "status": "infeasible", "reason": "memory"},
    {"t": 1, "p": 2, "sample_rate": 3, "total_time": 12.34, "offload_mem_bw_req": 455e9}])");
  const Drawing drawing = drawn(content, R"({"type": "heatmap", "x": "p", "y": "t",
    "color": "total_time", "range": [0, 10], "text": [{"column": "total_time", "decimals": 1},
    {"column": "proc_mem_tier1_cap_req", "as": "binary"}]})");
  const Json& cells = values_of(drawing, "cells");
  REQUIRE(cells.size() == 4);
  CHECK(cells[0]["row"] == 2);
  CHECK(cells[0]["text"] == Json({"8.0", "59G"}));
  CHECK(cells[1]["text"] == Json({"12.3", "—"}));
  CHECK(cells[2]["text"] == Json({"—"}));  // t 2, p 1 is not in the table
  CHECK(cells[2]["c"].is_null());
  CHECK(cells[3]["text"] == Json({"—"}));  // has no answer
  CHECK(cells[3]["row"] == 3);
  CHECK(drawing.spec["scales"][0]["domain"] == Json({0.0, 5.0, 10.0}));
}

TEST_CASE("scaling is relative to the largest machine without overheads", "[page]") {
  JsonPage content;
  content.rows = Json::parse(R"([
    {"size": 8, "sample_rate": 4, "system_efficiency": 0.5},
    {"size": 16, "sample_rate": 3, "system_efficiency": 0.2},
    {"size": 24, "status": "infeasible", "reason": "no mapping"},
    {"size": 32, "sample_rate": 12, "system_efficiency": 0.6}])");
  const Drawing drawing = drawn(content, R"({"type": "scaling", "x": "size"})");
  const Json& points = values_of(drawing, "points");
  REQUIRE(points.size() == 3);
  CHECK(points[0]["y"].get<double>() == Approx(4 / 20.0));
  CHECK(points[2]["y"].get<double>() == Approx(12 / 20.0));
  const Json& best = values_of(drawing, "best");
  REQUIRE(best.size() == 4);
  CHECK(best[1]["y"].get<double>() == Approx(4 / 20.0));
  CHECK(best[2]["y"].get<double>() == Approx(4 / 20.0));
  CHECK(values_of(drawing, "missing")[0]["about"] == "no mapping");
  CHECK(values_of(drawing, "perfect")[1] == Json({{"x", 32.0}, {"y", 1}}));
}

TEST_CASE("a speed-up is that of the best so far, with a band where one runs alone", "[page]") {
  JsonPage content;
  content.rows = Json::parse(R"([
    {"ddr": 0, "size": 8, "status": "infeasible"}, {"ddr": 512, "size": 8, "sample_rate": 2},
    {"ddr": 0, "size": 16, "sample_rate": 10}, {"ddr": 512, "size": 16, "sample_rate": 12},
    {"ddr": 0, "size": 24, "sample_rate": 8}, {"ddr": 512, "size": 24, "sample_rate": 15}])");
  const Drawing drawing = drawn(content, R"({"type": "speedup", "x": "size", "over": "ddr"})");
  const Json& points = values_of(drawing, "points");
  REQUIRE(points.size() == 2);
  CHECK(points[0]["y"].get<double>() == Approx(20));
  CHECK(points[1]["y"].get<double>() == Approx(50));
  REQUIRE(values_of(drawing, "alone").size() == 1);
  CHECK(values_of(drawing, "alone")[0]["x"] == 8.0);
}

TEST_CASE("a histogram and the best of a distribution come from its summary", "[page]") {
  const Drawing bins = drawn(tiny_page(), R"({"type": "histogram"})");
  CHECK(bins.title == "1,974,902 executions by sample rate");
  REQUIRE(values_of(bins, "bins").size() == 10);
  CHECK(values_of(bins, "bins")[1]["count"] == 619844);
  const Drawing best = drawn(tiny_page(), R"({"type": "cdf"})");
  const Json& top = values_of(best, "top");
  REQUIRE(top.size() == 100);
  CHECK(top[99]["x"] == 1084.06);
  CHECK(top[99]["y"] == 1.0);
  CHECK(top[0]["y"] == 0.01);
}

TEST_CASE("a distribution is called by the axes that tell it from others", "[page]") {
  JsonPage made = tiny_page();
  made.axes = {{{"name", "file"}, {"values", {"a"}}}, {{"name", "limit"}, {"values", {1, 2}}}};
  Json row;
  for (const Json& each : made.rows) {
    row = each.contains("summary") ? each : row;
  }
  row["file"] = "a";
  made.rows = Json::array();
  for (const int limit : {1, 2}) {
    row["limit"] = limit;
    made.rows.push_back(row);
  }
  const Drawing both = drawn(made, R"({"type": "histogram"})");
  CHECK(both.spec["marks"][1]["title"]["text"] == "limit 2");
  made.rows.erase(1);
  CHECK_FALSE(drawn(made, R"({"type": "histogram"})").spec["marks"][0].contains("title"));
}

TEST_CASE("a long title of an axis stands on two lines", "[page]") {
  JsonPage made;
  made.rows = {{{"split", "t1"}, {"sample_rate", 1.0}}};
  const Drawing drawing = drawn(made, R"({"type": "bars", "x": "split"})");
  CHECK(drawing.spec["marks"][0]["axes"][0]["title"] ==
        Json::array({"Split: t tensor, p pipeline, c context,",
                     "d data, e experts, mb microbatch, i interleaving"}));
}

TEST_CASE("without a summary a distribution is that of the rows", "[page]") {
  JsonPage content;
  for (const double rate : {0, 1, 2, 5, 9, 10}) {
    content.rows.push_back({{"sample_rate", rate}});
  }
  const Drawing drawing = drawn(content, R"({"type": "histogram"})");
  std::vector<int> counts;
  for (const Json& bin : values_of(drawing, "bins")) {
    counts.push_back(bin["count"].get<int>());
  }
  CHECK(counts == std::vector<int>{1, 1, 1, 0, 0, 1, 0, 0, 0, 2});  // the last bin is closed
}

TEST_CASE("a tornado has the widest bar on top and says what has no effect", "[page]") {
  const Drawing drawing = drawn(tiny_sensitivity_page(), R"({"type": "tornado"})");
  const Json& order = drawing.spec["marks"][0]["scales"][1]["domain"];
  CHECK(order == Json({"matrix rate", "tier-1 memory bandwidth", "tier-1 memory capacity",
                       "tier-1 network bandwidth", "tier-0 network bandwidth"}));
  const Json& bars = values_of(drawing, "bars");
  CHECK(bars[0]["to"].get<double>() == Approx(100 * (std::pow(0.25, 0.6) - 1)));
  CHECK(bars[1]["to"].get<double>() == Approx(100 * (std::pow(4, 0.6) - 1)));
  CHECK(bars[1]["text"] == "×4");
  REQUIRE(values_of(drawing, "silent").size() == 1);
  CHECK(values_of(drawing, "silent")[0]["text"] == "no effect");
  CHECK(has_note(drawing, "tier-0 network bandwidth has no effect on the sample rate"));
  CHECK(has_note(drawing, "tier-1 memory capacity: 1 of 4 points has no answer"));
  REQUIRE(drawing.findings.size() == 1);
  CHECK(drawing.findings[0] ==
        "matrix rate matters most: ×0.25 … ×4 changes the sample rate by −56 % … +130 %.");
}

TEST_CASE("parameters have their own lines, which meet in the base", "[page]") {
  const Drawing drawing = drawn(tiny_sensitivity_page(), R"({"type": "line", "series": "varied"})");
  std::map<std::string, int> points;
  for (const Json& point : values_of(drawing, "points")) {
    ++points[point["s"].get<std::string>()];
    CHECK((point["row"] != 0 || (point["x"] == 1 && point["y"] == 100.0)));
  }
  CHECK(points["matrix rate"] == 5);
  CHECK(points["tier-1 memory capacity"] == 4);
}

TEST_CASE("points without an answer are counted by what they lack", "[page]") {
  JsonPage content;
  for (const char* kind : {"memory tier 1 is too small", "memory tier 1 is too small",
                           "network tier 0 is too small", "no execution in the search space"}) {
    content.rows.push_back({{"size", 8}, {"status", "infeasible"}, {"reason_kind", kind}});
  }
  const Drawing drawing = drawn(content, R"({"type": "line", "x": "size"})");
  CHECK(drawing.notes.back() ==
        "4 of 4 points have no answer: memory tier 1 is too small (2), network tier 0 is too small "
        "(1), no execution in the search space (1).");
}

TEST_CASE("without an answer at the base a tornado says so", "[page]") {
  JsonPage content = tiny_sensitivity_page();
  content.rows[0]["status"] = "infeasible";
  const Drawing drawing = drawn(content, R"({"type": "tornado"})");
  CHECK(drawing.findings.empty());
  CHECK(has_note(drawing, "the base point has no answer"));
}

TEST_CASE("a table marks the best cells of its columns", "[page]") {
  JsonPage content;
  content.rows = Json::parse(R"([{"name": "a", "total_time": 3}, {"name": "b", "total_time": 2},
    {"name": "c", "total_time": 2}, {"name": "d", "status": "infeasible", "total_time": 1}])");
  const Drawing drawing = drawn(content, R"({"type": "table", "columns": ["name", "total_time"],
                                             "best": {"total_time": "least"}})");
  CHECK(drawing.table == Json({"name", "total_time"}));
  CHECK(drawing.best["total_time"] == Json({1, 2}));
}

TEST_CASE("a plot that shows nothing still has a specification", "[page]") {
  JsonPage content = tiny_page();
  for (Json& row : content.rows) {
    row = {{"model", row["model"]},
           {"offload", row["offload"]},
           {"size", row["size"]},
           {"status", "infeasible"},
           {"reason", "memory"}};
  }
  CHECK_NOTHROW(html_page(content));
  content.plots.push_back({{"type", "bars"}, {"x", "size"}, {"y", "price"}});  // nowhere known
  CHECK_NOTHROW(html_page(content));
  content.rows = Json::array();
  CHECK_NOTHROW(html_page(content));
}

TEST_CASE("the front of a scatter is what no other row beats", "[page]") {
  JsonPage content;
  content.rows = Json::parse(R"([
    {"sample_rate": 5, "total_time": 3}, {"sample_rate": 4, "total_time": 4},
    {"sample_rate": 1, "total_time": 1}, {"sample_rate": 5, "total_time": 3},
    {"sample_rate": 3, "total_time": 1}, {"sample_rate": 9, "total_time": 9},
    {"sample_rate": 9, "total_time": 9.5}, {"total_time": 0.5}])");
  const auto front_of = [&](const char* plot) {
    Json numbers = Json::array();
    const Drawing drawing = drawn(content, plot);
    for (const Json& point : values_of(drawing, "front")) {
      numbers.push_back(point["row"]);
    }
    return numbers;
  };
  // Less time and more samples a second are better.
  const char* const plot = R"({"type": "scatter", "x": "total_time", "y": "sample_rate",
                               "front": true})";
  CHECK(front_of(plot) == Json({4, 0, 5}));
  CHECK(front_of(R"({"type": "scatter", "x": "sample_rate", "y": "total_time", "front": true})") ==
        Json({4, 0, 5}));
  const Drawing drawing = drawn(content, plot);
  CHECK(drawing.notes ==
        std::vector<std::string>{
            "1 of 8 rows have no point here.",
            "The line joins the front: 3 of 7 points, which no other beats in "
            "both the time of the batch (less is better) and the sample rate (more is better)."});
  CHECK(drawn(content, R"({"type": "scatter", "x": "total_time", "y": "sample_rate"})")
            .spec.dump()
            .find("front") == std::string::npos);
}

TEST_CASE("bars that hardly differ begin at what they share, if that is wanted", "[page]") {
  JsonPage content;
  content.rows = Json::parse(R"([
    {"split": "a", "fw_time": 40, "bw_time": 60, "total_time": 100},
    {"split": "b", "fw_time": 42, "bw_time": 60, "total_time": 102},
    {"split": "c", "fw_time": 41, "bw_time": 64, "total_time": 105}])");
  // The least and the greatest place of any piece, and the number of notes.
  const auto drawn_from = [&](const Json& plot) {
    const Drawing drawing = draw_plot(plot, content);
    double least = 1e9;
    double greatest = 0;
    for (const Json& piece : values_of(drawing, "pieces")) {
      least = std::min(least, piece["y"].get<double>());
      greatest = std::max(greatest, piece["y2"].get<double>());
    }
    const Json start = drawing.spec["marks"][0]["scales"][1]["domain"][0];
    CHECK(start == least);
    return std::tuple(least, greatest, drawing.notes.size());
  };
  Json plot = {{"type", "time_stack"}, {"x", "split"}, {"from", "difference"}};
  CHECK(drawn_from(plot) == std::tuple(100.0, 105.0, std::size_t{1}));
  const Json pieces = values_of(draw_plot(plot, content), "pieces");
  double forward = 0;
  for (const Json& piece : pieces) {
    if (piece["x"] == "b" && piece["s"] == "FW pass") {
      forward = piece["y2"].get<double>() - piece["y"].get<double>();
    }
  }
  CHECK(forward == 2);
  plot["where"] = {{"split", "b"}};
  CHECK(drawn_from(plot) == std::tuple(0.0, 102.0, std::size_t{0}));
  plot.erase("where");
  plot["from"] = "zero";
  CHECK(drawn_from(plot) == std::tuple(0.0, 105.0, std::size_t{0}));
  plot["from"] = "difference";
  plot["range"] = {0, 200};
  CHECK(drawn_from(plot) == std::tuple(0.0, 105.0, std::size_t{0}));
  plot.erase("range");
  content.rows[2] = {{"split", "c"}, {"fw_time", 40}, {"bw_time", 80}, {"total_time", 120}};
  CHECK(drawn_from(plot) == std::tuple(0.0, 120.0, std::size_t{0}));
}

TEST_CASE("numbers are narrow that differ by up to 15 %", "[page]") {
  const auto is_narrow = [](double a, double b) {
    Extent extent;
    extent.add(a);
    extent.add(b);
    return extent.is_narrow();
  };
  CHECK(is_narrow(100, 86));
  CHECK(is_narrow(86, 100));
  CHECK_FALSE(is_narrow(84, 100));
  CHECK_FALSE(is_narrow(100, 100));
  CHECK_FALSE(Extent().is_narrow());
}

}  // namespace calculon::test
