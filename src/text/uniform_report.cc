#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "text/hetero_report.h"
#include "text/plan_table.h"

namespace calculon {
namespace {

double most_memory_mb(const UniformPlan& plan) {
  return *std::max_element(plan.stage_memory_mb.begin(), plan.stage_memory_mb.end());
}

}  // namespace

std::string uniform_text(const UniformResult& result) {
  std::string text = fmt::format(
      "Uniform plans on {}: {} costed, {} skipped for want of a profile, {} out of memory\n",
      printable(result.device_type), result.plans, result.skipped, result.out_of_memory);
  if (result.top.empty()) {
    return text + "No plan is left.\n";
  }
  text += fmt::format("{:>4}{:>16}{:>6}{:>6}{:>6}{:>12}{:>14}{:>14}{:>10}\n", "#", "cost ms", "pp",
                      "tp", "dp", "microbatch", "microbatches", "memory GiB", "of GiB");
  for (std::size_t i = 0; i < result.top.size(); ++i) {
    const UniformPlan& plan = result.top[i];
    text += fmt::format("{:>4}{:>16.4f}{:>6}{:>6}{:>6}{:>12}{:>14}{:>14.1f}{:>10.1f}{}\n", i + 1,
                        plan.cost, plan.pipeline_par, plan.tensor_par, plan.data_par,
                        plan.microbatch, plan.micro_batches, most_memory_mb(plan) / kMbPerGib,
                        result.memory_mb / kMbPerGib, plan.out_of_memory ? "  out of memory" : "");
  }
  return text;
}

Json uniform_json(const UniformResult& result) {
  Json json = record_json(result, kUniformResultFields);
  Json top = Json::array();
  for (const UniformPlan& plan : result.top) {
    top.push_back(record_json(plan, kUniformPlanFields));
  }
  json["top"] = std::move(top);
  return json;
}

std::string uniform_csv(const UniformResult& result) {
  return plans_csv(result.top, kUniformPlanFields);
}

}  // namespace calculon
