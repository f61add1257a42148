// What holds for every prediction of the calibrated methodology, tried on the golden executions.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <optional>

#include "calibrated/calibrated_evaluate.h"
#include "support/calibrated_golden.h"
#include "support/findings.h"

namespace calculon::test {
namespace {

struct FeasibleCase {
  std::string id;
  PublishedExecution inputs;
  System system;
  CalibratedStats stats;
};

std::optional<CalibratedStats> stats_of(const PublishedExecution& inputs, const System& system) {
  auto outcome = evaluate_calibrated(inputs.model, system, inputs.execution);
  auto* stats = std::get_if<CalibratedStats>(&outcome);
  return stats != nullptr ? std::optional(std::move(*stats)) : std::nullopt;
}

const std::vector<FeasibleCase>& feasible_cases() {
  static const std::vector<FeasibleCase> kCases = [] {
    std::vector<FeasibleCase> cases;
    const CalibratedGolden& golden = calibrated_golden();
    for (const Json& each : golden.cases) {
      if (each.contains("stats")) {
        FeasibleCase found{each["id"], golden.inputs(each), golden.machine(each), {}};
        found.stats = *stats_of(found.inputs, found.system);
        cases.push_back(std::move(found));
      }
    }
    return cases;
  }();
  return kCases;
}

double sum_of(const StepTime& time) {
  double sum = 0;
  for (const auto& field : kStepTimeFields) {
    sum += time.*field.member;
  }
  return sum;
}

}  // namespace

TEST_CASE("the parts of a step add up to it", "[calibrated]") {
  Findings findings;
  for (const FeasibleCase& each : feasible_cases()) {
    const double total = each.stats.total_time;
    findings.add_unless(std::fabs(sum_of(each.stats.time) - total) <= 1e-9 * total, each.id);
    for (const auto& field : kStepTimeFields) {
      const bool may_be_below = field.name == "slowdown" || field.name == "data_par";
      findings.add_unless(may_be_below || each.stats.time.*field.member >= 0,
                          fmt::format("{} {}", each.id, field.name));
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the bytes of a stage add up", "[calibrated]") {
  Findings findings;
  for (const FeasibleCase& each : feasible_cases()) {
    std::int64_t blocks = 0;
    for (const std::int64_t own : each.stats.stage_blocks) {
      blocks += own;
    }
    findings.add_unless(blocks == each.inputs.model.num_blocks, each.id + " blocks");
    for (const StageMemory& s : each.stats.stages) {
      const double fixed = s.parameters + s.gradients + s.optimizer + s.workspaces + s.retained;
      findings.add_unless(s.fixed == fixed, each.id + " static");
      if (each.inputs.execution.datatype != Datatype::kFloat16) {  // its gradients change type
        const double peak = fixed + s.activations + s.working + s.gathered;
        findings.add_unless(std::fabs(s.peak - peak) <= 1e-9 * peak, each.id + " peak");
      }
      findings.add_unless(s.working >= s.head, each.id + " working");
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("a cost that rises never makes a step faster", "[calibrated]") {
  using Change = std::function<void(Calibration&)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"kernel_seconds", [](Calibration& c) { c.kernel_seconds += 1e-5; }},
      {"host_kernel_seconds", [](Calibration& c) { c.host_kernel_seconds *= 3; }},
      {"step_seconds", [](Calibration& c) { c.step_seconds += 0.1; }},
      {"network_step_seconds", [](Calibration& c) { c.network_step_seconds += 1e-5; }},
      {"pipeline_engine_seconds", [](Calibration& c) { c.pipeline_engine_seconds += 1e-3; }},
      {"shard_overlap_loss", [](Calibration& c) { c.shard_overlap_loss += 0.5; }},
      {"slowdown", [](Calibration& c) { c.slowdown *= 1.1; }},
      {"elementwise_scale", [](Calibration& c) { c.elementwise_scale *= 1.5; }},
      {"expert_permute_scale", [](Calibration& c) { c.expert_permute_scale *= 1.5; }},
      {"gemm_efficiency", [](Calibration& c) { c.gemm_efficiency_16bit *= 0.7; }},
      {"attention_efficiency", [](Calibration& c) { c.attention_efficiency *= 0.7; }},
      {"network_efficiency", [](Calibration& c) { c.network_efficiency *= 0.7; }},
  };
  Findings findings;
  for (const FeasibleCase& each : feasible_cases()) {
    for (const auto& [name, change] : changes) {
      System costly = each.system;
      costly.calibration = costly.calibration.value_or(Calibration{});
      change(*costly.calibration);
      const auto stats = stats_of(each.inputs, costly);
      findings.add_unless(stats && stats->total_time >= each.stats.total_time * (1 - 1e-12),
                          fmt::format("{} {}", each.id, name));
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("more memory never makes an execution infeasible", "[calibrated]") {
  Findings findings;
  for (const FeasibleCase& each : feasible_cases()) {
    System larger = each.system;
    larger.mem1.capacity_bytes *= 1.5;
    const auto stats = stats_of(each.inputs, larger);
    findings.add_unless(stats && stats->memory.verdict <= each.stats.memory.verdict &&
                            stats->memory.peak == each.stats.memory.peak,
                        each.id);
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("what has a degree of one costs nothing", "[calibrated]") {
  Findings findings;
  const auto nothing = [&](const FeasibleCase& each, bool alone, double StepTime::*part,
                           std::string_view name) {
    findings.add_unless(!alone || each.stats.time.*part == 0, fmt::format("{} {}", each.id, name));
  };
  for (const FeasibleCase& each : feasible_cases()) {
    const CalibratedExecution& e = each.inputs.execution;
    nothing(each, e.pipeline_par == 1, &StepTime::bubble, "bubble");
    nothing(each, e.pipeline_par == 1, &StepTime::pipeline_par, "pipeline_par");
    nothing(each, e.pipeline_par == 1, &StepTime::tied_embedding, "tied_embedding");
    nothing(each, e.context_par == 1, &StepTime::context_par, "context_par");
    nothing(each, e.expert_par == 1, &StepTime::expert_par, "expert_par");
    nothing(each, e.tensor_par == 1, &StepTime::tensor_par, "tensor_par");
    const bool one_replica = e.num_procs == e.pipeline_par && !e.shards_gradients();
    nothing(each, one_replica, &StepTime::data_par, "data_par");
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
