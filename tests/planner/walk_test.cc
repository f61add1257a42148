// Single searches step by step, and what they are made of.
#include <catch2/catch.hpp>

#include "planner/plan/plan_cost.h"
#include "planner/plan/plan_walker.h"
#include "support/findings.h"
#include "support/golden_file.h"
#include "support/hetero_golden.h"

namespace calculon::test {
namespace {

std::vector<int> sequence_of(const PlanProblem& problem, const Json& types) {
  std::vector<int> sequence;
  for (const Json& type : types) {
    const auto found = std::find(problem.types.begin(), problem.types.end(), type);
    sequence.push_back(static_cast<int>(found - problem.types.begin()));
  }
  return sequence;
}

bool all_agree(std::span<const double> got, const Json& want) {
  bool all = got.size() == want.size();
  for (std::size_t i = 0; all && i < got.size(); ++i) {
    all = agrees(got[i], want[i]);
  }
  return all;
}

Json strategies_json(std::span<const WalkedStage> stages) {
  Json json = Json::array();
  for (const WalkedStage& stage : stages) {
    json.push_back({stage.data_par(), stage.tensor_par()});
  }
  return json;
}

// The strategies of a trace that are valid; the walker does not stop at others.
std::vector<Json> valid_strategies(const Json& trace) {
  std::vector<Json> valid;
  for (const Json& visited : trace.at("visited")) {
    if (visited.at("valid")) {
      valid.push_back(visited);
    }
  }
  return valid;
}

void check_parts(const PlanDetails& details, const Json& want, Findings& findings) {
  const auto check = [&](const char* name, double StageDetails::*member) {
    const Json& values = want.at(name);
    for (std::size_t i = 0; i < values.size(); ++i) {
      findings.add_unless(agrees(details.stages[i].*member, values[i]), name);
    }
  };
  check("stage_times", &StageDetails::stage_ms);
  check("optimizer", &StageDetails::optimizer_ms);
  check("data", &StageDetails::data_ms);
  check("pipeline", &StageDetails::transfer_ms);
  findings.add_unless(agrees(details.execution_ms, want.at("execution")), "execution");
  findings.add_unless(agrees(details.gap_ms, want.at("fb_sync")), "gap");
  findings.add_unless(agrees(details.batch_generator_ms, want.at("batch_generation")), "batches");
}

void check_trace(const Json& trace, Findings& findings) {
  HeteroCase hetero = hetero_case(hetero_case_json(trace.at("case")));
  hetero.options.search =
      enum_from_name<SearchOrder>(trace.at("search").get<std::string>()).value();
  const PlanProblem problem(hetero.cluster, hetero.profiles, hetero.options);
  PlanWalker walker(problem, sequence_of(problem, trace.at("type_sequence")));
  walker.set_groups(trace.at("device_groups").get<DeviceGroups>());
  walker.set_micro_batches(trace.at("micro_batches"));
  const std::vector<Json> valid = valid_strategies(trace);
  std::size_t visited = 0;
  std::size_t attempts = 0;
  walker.on_attempt = [&](const PartitionAttempt& attempt) {
    if (attempts == valid.at(visited).at("attempts").size()) {
      ++visited;
      attempts = 0;
    }
    const Json& want = valid.at(visited);
    const Json& want_attempt = want.at("attempts").at(attempts++);
    findings.add_unless(strategies_json(attempt.stages) == want.at("strategies"), "strategies");
    findings.add_unless(all_agree(attempt.capacities, want_attempt.at("capacities")), "capacities");
    findings.add_unless(all_agree(attempt.needed_mb, want_attempt.at("demand")), "demand");
    findings.add_unless(all_agree(attempt.available_mb, trace.at("memory_capacity")), "memory");
    findings.add_unless(Json(std::vector(attempt.partition.begin(), attempt.partition.end())) ==
                            want_attempt.at("partition"),
                        "partition");
  };
  std::int64_t steps = 0;
  const WalkCounts counts = walker.walk([&](int) {
    const Json& want = valid.at(visited);
    findings.add_unless(want.at("accepted") == true, "accepted");
    steps += want.at("steps_of_this_advance").get<std::int64_t>();
    PlanDetails details;
    const PlanCost cost = plan_cost(problem, walker, walker.stages().size(),
                                    std::numeric_limits<double>::infinity(), &details);
    const bool costed = cost.kind == CostKind::kCosted;
    findings.add_unless(costed != want.at("cost").is_null(), "costable");
    if (costed && !want.at("cost").is_null()) {
      findings.add_unless(agrees(cost.milliseconds, want.at("cost")), "cost");
      check_parts(details, want.at("cost_parts"), findings);
    }
  });
  findings.add_unless(visited + 1 == valid.size(), "number of strategies");
  findings.add_unless(counts.steps == steps, "steps");
  findings.add_unless(counts.abandoned_steps == trace.at("last_count"), "abandoned steps");
  findings.add_unless(counts.abandoned == (trace.at("ended") == "no move left"), "end");
}

}  // namespace

TEST_CASE("searches within a plan take the published steps", "[planner]") {
  int traces = 0;
  for (const Json& trace : hetero_golden().at("unit").at("traces")) {
    Findings findings;
    check_trace(trace, findings);
    INFO(trace.at("case") << " " << trace.at("search") << ": " << findings.text());
    CHECK(findings.empty());
    ++traces;
  }
  CHECK(traces == 28);
}

TEST_CASE("links are as fast as published", "[planner]") {
  Findings findings;
  for (const Json& json : hetero_golden().at("unit").at("bandwidth")) {
    const HeteroCase hetero = hetero_case(hetero_case_json(json.at("cluster_of_case")));
    const PlanProblem problem(hetero.cluster, hetero.profiles, hetero.options);
    const TypeLayout layout(problem, sequence_of(problem, json.at("type_sequence")));
    const auto groups = json.at("device_groups").get<DeviceGroups>();
    std::int64_t first = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (i + 1 < groups.size()) {
        findings.add_unless(
            layout.pipeline_gbps(first, groups[i] + groups[i + 1]) == json.at("pipeline")[i],
            "pipeline");
      }
      for (const Json& data : json.at("data")[i]) {
        const StageStrategy strategy{data.at("strategy")[0], data.at("strategy")[1]};
        const double gbps = layout.data_gbps(first, groups[i], strategy);
        findings.add_unless(gbps == data.at("bandwidth"), "data " + json.dump());
        const bool uniform = layout.type_of(first) == layout.type_of(first + groups[i] - 1);
        const double spread = layout.spread_gbps(first, groups[i]);
        findings.add_unless(!uniform || strategy.tensor_par == 1 || spread == gbps, "spread");
      }
      first += groups[i];
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("batches are split as published", "[planner]") {
  for (const Json& json : hetero_golden().at("unit").at("data_partition")) {
    INFO(json.dump());
    HeteroCase hetero = hetero_case(hetero_case_json(json.at("profile_of_case")));
    const auto types = json.at("rank_types").get<std::vector<std::string>>();
    // A cluster whose GPUs are these, each on a node of its own.
    GpuCluster cluster = hetero.cluster;
    cluster.gpus_per_node = 1;
    cluster.nodes.clear();
    std::vector<std::string> order;
    for (const std::string& type : types) {
      cluster.nodes.push_back({"", type, 1, 1, 1});
      cluster.memory_mb_of_type.emplace(type, 1);
      if (order.empty() || order.back() != type) {
        order.push_back(type);
      }
    }
    hetero.options.type_order = order;
    const PlanProblem problem(cluster, hetero.profiles, hetero.options);
    const TypeLayout layout(problem, sequence_of(problem, order));
    const StageStrategy strategy{json.at("strategy")[0], json.at("strategy")[1]};
    CHECK(Json(split_batch(problem, layout, 0, problem.num_gpus, strategy, json.at("batch"))) ==
          json.at("replica_batches"));
  }
}

}  // namespace calculon::test
