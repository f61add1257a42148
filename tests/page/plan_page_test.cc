// Pages of plans for mixed clusters: the schedule as the cost's formula has it, memory and tables.
#include "page/plan_page.h"

#include <catch2/catch.hpp>

#include "page/page.h"
#include "page/plot_types.h"
#include "support/browser.h"
#include "support/input_error_of.h"

namespace calculon::test {
namespace {

// Two stages of 3 and 5 ms, four microbatches: 3 * 5 + 8 ms, and what stands before and behind.
Json two_stage_plan() {
  return Json::parse(R"({
    "inputs": {"calculon": "1", "methodology": "corrected planner", "model": "GPT", "num_procs": 6,
               "system": "2 A100 + 4 V100", "batch_size": 12, "date": "2026-01-02"},
    "search": "improved", "quirks": "fixed", "steps": 5, "steps_including_abandoned": 5,
    "top": [{"cost": 31, "type_sequence": ["A100", "V100"], "device_groups": [2, 4],
             "strategies": [[2, 1], [2, 2]], "micro_batches": 4, "layer_partition": [0, 3, 4],
             "attempts": 1, "stages_charged": 2, "index": 0},
            {"cost": 62, "type_sequence": ["V100", "A100"], "device_groups": [6],
             "strategies": [[3, 2]], "micro_batches": 1, "layer_partition": [0, 4],
             "attempts": 1, "stages_charged": 1, "index": 4}],
    "best": {"execution_ms": 23, "gap_ms": 1, "optimizer_ms": 2, "data_ms": 3, "transfer_ms": 0,
             "batch_generator_ms": 2, "bottleneck": 1, "stages": [
      {"first_gpu": 0, "devices": {"A100": 2}, "data_par": 2, "tensor_par": 1, "microbatch": 2,
       "layers": [0, 3], "charged": true, "stage_ms": 3, "data_ms": 3, "optimizer_ms": 1,
       "transfer_ms": 0.5, "memory_mb": 20480, "available_mb": 81920},
      {"first_gpu": 2, "devices": {"V100": 4}, "data_par": 2, "tensor_par": 2, "microbatch": 2,
       "layers": [3, 4], "charged": true, "stage_ms": 5, "data_ms": 1, "optimizer_ms": 2,
       "transfer_ms": 0, "memory_mb": 8192, "available_mb": 16384}]}})");
}

PageContent page_of(const Json& plan) {
  return plan_page(std::vector<PlanResult>{{"plan.json", plan}});
}

Drawing plan_drawing(const PageContent& content, std::string_view type) {
  for (const Json& plot : content.plots) {
    if (plot["type"] == type) {
      return draw_plot(plot, content);
    }
  }
  throw std::runtime_error("there is no such plot");
}

const Json& values_of(const Drawing& drawing) {
  return drawing.spec["marks"].at(0)["data"].at(0)["values"];
}

// "lane from-to" of the bars.
std::vector<std::string> bars_of(const Drawing& drawing) {
  std::vector<std::string> bars;
  for (const Json& bar : values_of(drawing)) {
    bars.push_back(bar["lane"].get<std::string>() + " " + bar["from"].dump() + "-" +
                   bar["to"].dump());
  }
  return bars;
}

}  // namespace

TEST_CASE("the schedule of a plan ends as its cost says", "[page][planner]") {
  const Drawing drawing = plan_drawing(page_of(two_stage_plan()), "plan_timeline");
  const std::vector<std::string> expected = {
      "all stages 0.0-2.0",          "stage 0: 2 x A100 2.0-5.0",   "stage 0: 2 x A100 5.0-8.0",
      "stage 0: 2 x A100 8.0-11.0",  "stage 0: 2 x A100 11.0-14.0", "stage 1: 4 x V100 5.0-10.0",
      "stage 1: 4 x V100 10.0-15.0", "stage 1: 4 x V100 15.0-20.0", "stage 1: 4 x V100 20.0-25.0",
      "all stages 25.0-26.0",        "all stages 26.0-29.0",        "all stages 29.0-31.0"};
  CHECK(bars_of(drawing) == expected);
  CHECK(drawing.findings.empty());
  CHECK(values_of(drawing)[5]["about"] == "microbatch 0: 5 to 10 ms");
  CHECK(values_of(drawing)[5]["row"] == 1);
  CHECK_FALSE(values_of(drawing)[0].contains("row"));
}

TEST_CASE("a fast stage behind a slow one waits for every microbatch", "[page][planner]") {
  Json plan = two_stage_plan();
  plan["best"]["stages"][0]["stage_ms"] = 5;
  plan["best"]["stages"][1]["stage_ms"] = 3;
  const auto bars = bars_of(plan_drawing(page_of(plan), "plan_timeline"));
  CHECK(bars[5] == "stage 1: 4 x V100 7.0-10.0");
  CHECK(bars[8] == "stage 1: 4 x V100 22.0-25.0");
}

TEST_CASE("very many microbatches are one bar in the middle", "[page][planner]") {
  Json plan = two_stage_plan();
  plan["top"][0]["micro_batches"] = 100'000'000;
  const Json bars = values_of(plan_drawing(page_of(plan), "plan_timeline"));
  CHECK(bars.size() == 4 + 2 * 1201);
  CHECK(bars[1 + 600]["about"] == "microbatches 600 to 99999399: 1802 to 2.99998e+08 ms");
  CHECK(bars[1 + 1200]["about"] == "microbatch 99999999: 3e+08 to 3e+08 ms");
}

TEST_CASE("a plan that is charged for one stage says so", "[page][planner]") {  // H7
  Json plan = two_stage_plan();
  plan["top"][0]["stages_charged"] = 1;
  const Drawing drawing = plan_drawing(page_of(plan), "plan_timeline");
  CHECK(drawing.findings ==
        std::vector<std::string>{"The cost is that of 1 of 2 stages (quirk H7), so no cluster is "
                                 "as fast; --quirks fixed charges all."});
  for (const std::string& bar : bars_of(drawing)) {
    CHECK(bar.find("stage 1") == std::string::npos);
  }
}

TEST_CASE("parts of an iteration and memory of stages are drawn as they are", "[page][planner]") {
  const PageContent content = page_of(two_stage_plan());
  const Drawing parts = plan_drawing(content, "plan_parts");
  std::string texts;
  for (const Json& part : values_of(parts)) {
    texts += part["about"].get<std::string>() + "\n";
  }
  CHECK(texts ==
        "batch generation: 2 ms (6.5%)\npipeline: 23 ms (74.2%)\nstage to stage: 0 ms (0.0%)\n"
        "forward-backward gap: 1 ms (3.2%)\ngradient reduction: 3 ms (9.7%)\noptimizer: 2 ms "
        "(6.5%)\n");
  const Drawing memory = plan_drawing(content, "plan_memory");
  CHECK(values_of(memory)[0]["y"] == 20);
  CHECK(values_of(memory)[0]["capacity"] == 80);
  CHECK(values_of(memory)[1]["about"][1] == "8 of 16 GiB (50.0%)");
  CHECK_THAT(memory.notes.at(0), Catch::Contains("what a GPU of the stage needs"));
  Json published = two_stage_plan();
  published["quirks"] = "reference";
  CHECK_THAT(plan_drawing(page_of(published), "plan_memory").notes.at(0), Catch::Contains("H12"));
}

TEST_CASE("a page of a plan says of what it is and shows it in a browser", "[page][browser]") {
  const PageContent content = page_of(two_stage_plan());
  CHECK(content.title ==
        "Training plan: GPT on 2 A100 + 4 V100, 6 processors, batch 12, corrected planner "
        "methodology");
  CHECK(content.notes ==
        "The best plan takes 31 ms an iteration, 387.1 sequences/s: 4 microbatches over 2 stages, "
        "of which stage 1 (4 x V100) takes longest.");
  CHECK(content.rows.size() == 4);
  Json other = two_stage_plan();
  other["top"][0]["stages_charged"] = 1;
  other.erase("inputs");
  const PageContent both =
      plan_page(std::vector<PlanResult>{{"a.json", two_stage_plan()}, {"b.json", other}});
  CHECK(both.title == "Training plan");
  if (has_browser()) {
    for (const PageContent& shown : {content, both}) {
      const SeenPage page = see_page(html_page(shown));
      CHECK(page.faults() == std::vector<std::string>());
      REQUIRE(page.plots.size() == shown.plots.size());
      CHECK_THAT(page.plots[0].hovers.at(0), Catch::Contains("batch generation: 0 to 2 ms"));
      CHECK_THAT(page.text, Catch::Contains("corrected planner"));
    }
  }
}

TEST_CASE("uniform plans and none at all have a page, too", "[page][planner]") {
  const PageContent uniform = page_of(Json::parse(R"({
    "device_type": "A100", "plans": 1, "skipped": 0, "plans_out_of_memory": 1, "sum_costs": 5,
    "memory_mb": 16384, "top": [{"pp": 2, "tp": 1, "dp": 1, "microbatch": 1, "micro_batches": 3,
      "cost": 5, "stage_memory_mb": [8192, 32768], "out_of_memory": true, "index": 0}]})"));
  REQUIRE(uniform.plots.size() == 2);
  CHECK(values_of(plan_drawing(uniform, "plan_memory"))[1]["about"][1] == "32 of 16 GiB (200.0%)");
  Json none = two_stage_plan();
  none["top"] = Json::array();
  none.erase("best");
  const PageContent empty = page_of(none);
  CHECK(empty.plots.empty());
  CHECK(empty.left_out == std::vector<std::string>{"plan.json: no plan fits."});
  CHECK_FALSE(html_page(empty).empty());
}

TEST_CASE("a file that is no whole plan is told by its key", "[page][planner]") {
  CHECK(is_plan_result("{\n  \"steps_including_abandoned\": 3"));
  CHECK(is_plan_result("{\"plans_out_of_memory\": 3"));
  CHECK_FALSE(is_plan_result("{\"total_time\": 3"));
  const auto error = [](const std::string& pointer, const Json& value) {
    Json plan = two_stage_plan();
    plan[Json::json_pointer(pointer)] = value;
    return input_error_of([&] { page_of(plan); });
  };
  CHECK_THAT(error("/best/stages/1/available_mb", 0),
             Catch::StartsWith("plan.json: best.stages[1].available_mb is 0, expected"));
  CHECK_THAT(error("/best/bottleneck", 2), Catch::StartsWith("plan.json: best.bottleneck is 2"));
  CHECK_THAT(error("/top/0/strategies", "x"), Catch::StartsWith("plan.json: top[0].strategies"));
  CHECK(error("/top/0/strategies/0", Json::array({2})) ==
        "plan.json: top[0].strategies[0] is an array of 1, expected an array of two numbers");
  CHECK_THAT(error("/best/stages/0/layers", Json::array({1, 2, 3})),
             Catch::StartsWith("plan.json: best.stages[0].layers is "));
  CHECK_THAT(error("/top/0/micro_batches", 0),
             Catch::StartsWith("plan.json: top[0].micro_batches is 0"));
  Json cut = two_stage_plan();
  cut.erase("best");
  CHECK_THAT(input_error_of([&] { page_of(cut); }), Catch::Contains("'best'"));
}

}  // namespace calculon::test
