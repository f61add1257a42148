#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "text/hetero_report.h"

namespace calculon {
namespace {

constexpr double kMbPerGib = 1024;

double most_memory_mb(const UniformPlan& plan) {
  return *std::max_element(plan.stage_memory_mb.begin(), plan.stage_memory_mb.end());
}

}  // namespace

std::string uniform_text(const UniformResult& result) {
  std::string text = fmt::format(
      "Uniform plans on {}: {} costed, {} skipped for want of a profile, {} out of memory\n",
      result.device_type, result.plans, result.skipped, result.out_of_memory);
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
  Json top = Json::array();
  for (const UniformPlan& plan : result.top) {
    top.push_back({{"pp", plan.pipeline_par},
                   {"tp", plan.tensor_par},
                   {"dp", plan.data_par},
                   {"microbatch", plan.microbatch},
                   {"micro_batches", plan.micro_batches},
                   {"cost", plan.cost},
                   {"stage_memory_mb", plan.stage_memory_mb},
                   {"out_of_memory", plan.out_of_memory},
                   {"index", plan.index}});
  }
  return {{"device_type", result.device_type}, {"plans", result.plans},
          {"skipped", result.skipped},         {"plans_out_of_memory", result.out_of_memory},
          {"sum_costs", result.sum_of_costs},  {"top", std::move(top)}};
}

std::string uniform_csv(const UniformResult& result) {
  std::string text =
      "rank,cost,pp,tp,dp,microbatch,micro_batches,stage_memory_mb,out_of_memory,index\n";
  for (std::size_t i = 0; i < result.top.size(); ++i) {
    const UniformPlan& plan = result.top[i];
    text += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", i + 1, plan.cost, plan.pipeline_par,
                        plan.tensor_par, plan.data_par, plan.microbatch, plan.micro_batches,
                        fmt::join(plan.stage_memory_mb, " "), plan.out_of_memory ? "True" : "False",
                        plan.index);
  }
  return text;
}

}  // namespace calculon
