// Whole searches against the published planner's: counts and plans exactly, costs to 1e-9.
#include <catch2/catch.hpp>

#include "calculon/planner/plan/uniform_plan.h"
#include "support/findings.h"
#include "support/golden_file.h"
#include "support/hetero_golden.h"

namespace calculon::test {
namespace {

Json counts_json(const HeteroCounts& counts) {
  return {{"steps", counts.steps},
          {"steps_including_abandoned", counts.steps_including_abandoned},
          {"inter_stage_plans", counts.inter_stage_plans},
          {"plans_costed", counts.plans_costed},
          {"plans_not_costable", counts.plans_not_costable},
          {"plans_by_attempts", counts.plans_by_attempts},
          {"plans_with_lost_layers", counts.plans_with_lost_layers},
          {"plans_charged_short", counts.plans_charged_short}};
}

Json plan_json(const HeteroPlan& plan) {
  Json strategies = Json::array();
  for (const StageStrategy& strategy : plan.strategies) {
    strategies.push_back({strategy.data_par, strategy.tensor_par});
  }
  return {{"type_sequence", plan.type_sequence},
          {"device_groups", plan.device_groups},
          {"strategies", strategies},
          {"micro_batches", plan.micro_batches},
          {"layer_partition", plan.layer_partition},
          {"attempts", plan.attempts},
          {"stages_charged", plan.stages_charged},
          {"index", plan.index}};
}

void compare(const std::string& name, const HeteroResult& result, Json want, Findings& findings) {
  const Json top = want.at("top");
  findings.add_unless(agrees(result.sum_of_costs.value_or(0), want.at("sum_of_costs")),
                      name + " sum of costs");
  want.erase("top");
  want.erase("sum_of_costs");
  const Json counts = counts_json(result.counts);
  findings.add_unless(counts == want, name + " counts " + counts.dump());
  findings.add_unless(result.top.size() == top.size(), name + " number of plans");
  for (std::size_t i = 0; i < std::min(top.size(), result.top.size()); ++i) {
    Json plan = top[i];
    findings.add_unless(agrees(result.top[i].cost, plan.at("cost")), name + " cost");
    plan.erase("cost");
    findings.add_unless(plan_json(result.top[i]) == plan, name + " plan " + plan.dump());
  }
}

}  // namespace

TEST_CASE("both searches find the published plans in the published steps", "[planner]") {
  Findings findings;
  int searches = 0;
  for (const Json& json : hetero_golden().at("cases")) {
    const HeteroCase hetero = hetero_case(json);
    for (const SearchOrder search : {SearchOrder::kNaive, SearchOrder::kImproved}) {
      HeteroOptions options = hetero.options;
      options.search = search;
      options.threads = 2;
      options.sum_of_costs = true;
      const std::string name(enum_name(search));
      compare(hetero.name + " " + name, search_all(hetero, options), json.at(name), findings);
      ++searches;
    }
  }
  CHECK(searches == 36);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("uniform plans are the published ones", "[planner]") {
  Findings findings;
  for (const Json& json : hetero_golden().at("unit").at("homogeneous")) {
    Json as_case = json;
    as_case["options"]["lead_profile"] = json.at("lead_profile");
    HeteroCase hetero = hetero_case(as_case);
    hetero.options.top = 1000;
    const std::atomic<bool> never{false};
    const UniformResult result = plan_uniform(hetero.cluster, hetero.profiles, hetero.options,
                                              json.at("device_type"), false, never);
    CHECK(result.plans == json.at("plans"));
    CHECK(result.skipped == json.at("skipped"));
    CHECK(agrees(result.sum_of_costs, json.at("sum_costs")));
    const auto compare_plan = [&](const UniformPlan& plan, const Json& want) {
      const Json got = {{"pp", plan.pipeline_par},
                        {"tp", plan.tensor_par},
                        {"dp", plan.data_par},
                        {"microbatch", plan.microbatch}};
      for (const auto& [key, value] : got.items()) {
        findings.add_unless(value == want.at(key), hetero.name + " " + key + want.dump());
      }
      findings.add_unless(agrees(plan.cost, want.at("cost")), hetero.name + " cost" + want.dump());
      findings.add_unless(plan.out_of_memory == want.at("out_of_memory"), "out of memory");
      findings.add_unless(plan.stage_memory_mb == want.at("stage_memory_mb"),
                          hetero.name + " memory " + want.dump());
    };
    for (std::size_t i = 0; i < json.at("top").size(); ++i) {
      compare_plan(result.top.at(i), json.at("top")[i]);
      findings.add_unless(result.top[i].index == json.at("top")[i].at("index"), "index");
    }
    for (std::size_t i = 0; i < json.at("first").size(); ++i) {
      for (const UniformPlan& plan : result.top) {
        if (plan.index == static_cast<std::int64_t>(i)) {
          compare_plan(plan, json.at("first")[i]);
        }
      }
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
