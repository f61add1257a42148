// Pages of what the calibrated methodology predicts.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "calculon/base/files.h"
#include "page/page.h"
#include "page/plot_types.h"
#include "page/result_file.h"
#include "support/input_error_of.h"
#include "support/json_page.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

std::string predicted(const TempFolder& folder, const std::string& name) {
  const std::string path = folder.file(name);
  REQUIRE(run_program({"llm", source_path("models/llama-3.1-70b.json"),
                       source_path("examples/llama-3.1-70b_512_t4_p4.json"),
                       source_path("systems/h100-80g-nemo.json"), path, "--layers"})
              .status == 0);
  return path;
}

std::vector<std::string> titles_of(const PageContent& content) {
  std::vector<std::string> titles;
  for (const Json& plot : content.plots) {
    titles.push_back(draw_plot(plot, content).title);
  }
  return titles;
}

const Json& values(const Drawing& drawing, std::size_t panel, std::size_t data) {
  return drawing.spec["marks"][panel]["data"][data]["values"];
}

}  // namespace

TEST_CASE("a prediction has dotted columns, and a row for each stage", "[page][calibrated]") {
  const TempFolder folder;
  const PageContent content = result_page({predicted(folder, "step.json")});
  const Table& table = content.rows;
  REQUIRE(table.size() == 5);
  CHECK(*table.number(0, "time.products") == Approx(9.82541964));
  CHECK(table.value(0, "memory.verdict") == "fits barely");
  CHECK(*table.number(0, "uncertainty.median_percent") == 3.5);
  CHECK_FALSE(table.number(0, "stage"));
  for (std::size_t stage = 0; stage < 4; ++stage) {
    CHECK(*table.number(stage + 1, "stage") == static_cast<double>(stage));
    CHECK(*table.number(stage + 1, "blocks") == 20);
  }
  CHECK(*table.number(1, "memory.stages.peak") == 82364228608);
  CHECK_FALSE(table.has("layers.kind"));
  CHECK(content.notes ==
        "step.json: a step takes 15.35 s ± 3.5 %; the fullest stage needs 77.208 GiB to 83.157 GiB "
        "of 79.100 GiB: fits barely.");
}

TEST_CASE("a waterfall shows where a step's time goes, the largest part first",
          "[page][calibrated]") {
  const TempFolder folder;
  const PageContent content = result_page({predicted(folder, "step.json")});
  CHECK(titles_of(content) ==
        std::vector<std::string>{"Where the time goes", "Memory by pipeline stage"});
  const Drawing drawing = draw_plot(content.plots[0], content);
  const Json& steps = values(drawing, 0, 0);
  REQUIRE(steps.size() == 12);  // the parts that are not zero, and the total
  CHECK(steps[0]["p"] == "products: matrix products of the blocks");
  CHECK(steps[0]["text"] == "9.825 s (64.0%)");
  CHECK(steps[1]["p"] == "tensor parallelism: exposed traffic of tensor groups");
  CHECK(steps[11]["p"] == "total");
  double now = 0;
  for (std::size_t i = 0; i < 11; ++i) {
    CHECK(steps[i]["from"].get<double>() == Approx(now));
    now = steps[i]["to"].get<double>();
    CHECK((i == 0 || now - steps[i]["from"].get<double>() <=
                         steps[i - 1]["to"].get<double>() - steps[i - 1]["from"].get<double>()));
  }
  CHECK(now == Approx(15.3522093));
  CHECK(steps[11]["to"].get<double>() == Approx(15.3522093));
}

TEST_CASE("the memory of stages stands below the capacity of the device", "[page][calibrated]") {
  const TempFolder folder;
  const PageContent content = result_page({predicted(folder, "step.json")});
  const Drawing drawing = draw_plot(content.plots[1], content);
  CHECK(drawing.notes.empty());
  std::map<std::string, double> heights;
  for (const Json& piece : values(drawing, 0, 0)) {
    heights[piece["x"].get<std::string>()] += piece["y2"].get<double>() - piece["y"].get<double>();
  }
  REQUIRE(heights.size() == 4);
  CHECK(heights["0"] * 1073741824 == Approx(82364228608));
  CHECK(heights["3"] * 1073741824 == Approx(69326843904));
  const Json& limits = values(drawing, 0, 3);
  REQUIRE(limits.size() == 1);
  CHECK(limits[0]["text"] == "capacity 79.1 GiB");
}

TEST_CASE("a stage's stack is its peak where gradients change their type", "[page][calibrated]") {
  JsonPage page;
  page.rows = {{{"stage", 0},
                {"memory.stages.parameters", 2},
                {"memory.stages.gradients", 6},
                {"memory.stages.activations", 1},
                {"memory.stages.peak", 5}}};
  const PageContent content = page;
  const Drawing drawing = draw_plot({{"type", "memory_stack"}, {"x", "stage"}}, content);
  const Json& pieces = values(drawing, 0, 0);
  REQUIRE(pieces.size() == 3);
  CHECK((pieces[1]["y2"].get<double>() - pieces[1]["y"].get<double>()) * 1073741824 == Approx(2));
}

TEST_CASE("predictions and published statistics stand side by side", "[page][calibrated]") {
  const TempFolder folder;
  const std::string published = folder.file("published.json");
  const std::string model = folder.write("model.json", tiny_transformer_text());
  const std::string execution = folder.write("execution.json", tiny_strategy_text());
  const std::string system = folder.write("system.json", tiny_system_text());
  REQUIRE(run_program({"llm", model, execution, system, published}).status == 0);
  const PageContent content =
      result_page({predicted(folder, "one.json"), predicted(folder, "two.json.gz"), published});
  CHECK(titles_of(content) == std::vector<std::string>{"Batch time", "Where the time goes",
                                                       "Memory consumption",
                                                       "Memory by pipeline stage"});
  const Drawing waterfalls = draw_plot(content.plots[1], content);
  CHECK(waterfalls.spec["marks"].size() == 3);
  CHECK_THAT(html_page(content), Catch::EndsWith("</html>\n"));
}

TEST_CASE("the best predictions of a search have dotted columns", "[page][calibrated]") {
  const TempFolder folder;
  const Json stats = Json::parse(read_text_file(predicted(folder, "step.json")));
  Json ranking = Json::object();
  for (int rank = 0; rank < 3; ++rank) {
    Json own = stats;
    own["sample_rate"] = 60.0 - rank;
    own["memory"]["peak"] = 1e9 * (rank + 1);
    ranking[std::to_string(rank)] = {{"execution",
                                      {{"methodology", "calibrated"},
                                       {"tensor_par", 1 << rank},
                                       {"pipeline_par", 4},
                                       {"recompute_modules", Json::array()}}},
                                     {"stats", own}};
  }
  const std::string path = folder.write("best.json", ranking.dump());
  const PageContent content = result_page({path});
  REQUIRE(content.rows.size() == 3);
  CHECK(*content.rows.number(2, "memory.peak") == 3e9);
  CHECK(*content.rows.number(1, "time.bubble") == Approx(0.263997294));
  CHECK(*content.rows.number(1, "tensor_par") == 2);
  CHECK_FALSE(content.rows.has("stage"));
  std::vector<std::string> types;
  for (const Json& plot : content.plots) {
    types.push_back(plot["type"]);
    CHECK_FALSE(draw_plot(plot, content).spec.is_null());
  }
  CHECK(types == std::vector<std::string>{"heatmap", "time_stack", "bars", "scatter"});
}

TEST_CASE("what sets the best apart is drawn where bars from zero hide it", "[page][calibrated]") {
  const TempFolder folder;
  const Json stats = Json::parse(read_text_file(predicted(folder, "step.json")));
  const auto num_stacks = [&](double slower) {
    Json ranking = Json::object();
    for (int rank = 0; rank < 3; ++rank) {
      Json own = stats;
      own["total_time"] = stats["total_time"].get<double>() * (1 + rank * slower);
      ranking[std::to_string(rank)] = {{"execution", {{"methodology", "calibrated"}}},
                                       {"stats", own}};
    }
    const PageContent content = result_page({folder.write("best.json", ranking.dump())});
    return std::count_if(content.plots.begin(), content.plots.end(),
                         [](const Json& plot) { return plot["type"] == "time_stack"; });
  };
  CHECK(num_stacks(0) == 1);
  CHECK(num_stacks(0.05) == 2);
  CHECK(num_stacks(0.5) == 1);
}

TEST_CASE("more stages than a result has are refused", "[page][calibrated]") {
  const TempFolder folder;
  std::string text = R"({"total_time": 1, "sample_rate": 1, "memory": {"stages": [{})";
  for (int i = 0; i < 100'000; ++i) {
    text += ",{}";
  }
  const std::string path = folder.write("many.json", text + "]}}");
  CHECK(input_error_of([&] { result_page({path}); }) ==
        path + ": has more than 100000 pipeline stages, as no result has");
}

TEST_CASE("a table of predictions has dotted columns, too", "[page][calibrated]") {
  const TempFolder folder;
  const std::string path =
      folder.write("best.csv",
                   ",methodology,context_par,tensor_par,recompute_modules,sample_rate,time.bubble,"
                   "memory.peak,memory.verdict\n"
                   "0,calibrated,1,2,[],9.5,0.25,1e9,fits\n"
                   "1,calibrated,2,2,\"[\"\"mlp\"\",\"\"op\"\"]\",9.5,0.5,2e9,fits barely\n");
  const PageContent content = result_page({path});
  CHECK(*content.rows.number(1, "time.bubble") == 0.5);
  CHECK(*content.rows.number(1, "context_par") == 2);
  CHECK(content.rows.value(1, "recompute_modules") == R"(["mlp","op"])");
  CHECK(content.rows.value(1, "memory.verdict") == "fits barely");
  const std::string wrong = folder.write("wrong.csv", ",sample_rate,time.bubbles\n0,1,1\n");
  CHECK_THROWS_AS(result_page({wrong}), InputError);
}

}  // namespace calculon::test
