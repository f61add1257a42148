#include "text/hetero_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/letter_case.h"
#include "base/printable.h"
#include "calculon/base/quantity_text.h"
#include "text/json_report.h"
#include "text/plan_table.h"

namespace calculon {
namespace {

std::string digits(std::int64_t number) {
  return grouped_digits(number);
}

std::string strategies_text(const std::vector<StageStrategy>& strategies) {
  std::vector<std::string> texts;
  for (const StageStrategy& strategy : strategies) {
    texts.push_back(fmt::format("({}, {})", strategy.data_par, strategy.tensor_par));
  }
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

// Names of types, as the cluster's file has them.
std::string names_text(const std::vector<std::string>& names, std::string_view separator) {
  return printable(fmt::format("{}", fmt::join(names, separator)));
}

std::string plan_line(std::size_t rank, const std::string& cost, const std::string& types,
                      const HeteroPlan& plan) {
  return fmt::format("{}, {}, ({}), [{}], {}, {}, [{}]\n", rank, cost, types,
                     fmt::join(plan.device_groups, ", "), strategies_text(plan.strategies),
                     plan.micro_batches, fmt::join(plan.layer_partition, ", "));
}

constexpr std::string_view kPlanHead =
    "rank, cost, node_sequence, device_groups, strategies(dp_deg, tp_deg), batches(number of "
    "batch), layer_partition\n";

// A type as the published log has it: "<DeviceType.A100: 'a100'>".
std::string published_type(const std::string& type) {
  return printable(fmt::format("<DeviceType.{}: '{}'>", type, lower_case(type)));
}

// What the published program prints, of which the best plan is the fourth line. Its numbers and
// lists are those of Python, where a list of one type ends with a comma.
std::string published_log_text(const HeteroReport& report) {
  std::string text = fmt::format("Average time: {} ms\ncount: {}\n", report.average_ms,
                                 report.result.counts.steps);
  text += kPlanHead;
  if (report.result.top.empty()) {
    return text;
  }
  const HeteroPlan& plan = report.result.top.front();
  std::vector<std::string> types;
  for (const std::string& type : plan.type_sequence) {
    types.push_back(published_type(type));
  }
  return text + plan_line(1, python_literal(Json(plan.cost)),
                          fmt::format("{}{}", fmt::join(types, ", "), types.size() == 1 ? "," : ""),
                          plan);
}

std::string counts_text(const HeteroReport& report) {
  const HeteroCounts& counts = report.result.counts;
  const HeteroOptions& options = report.planner.options();
  const auto line = [](std::string_view name, const std::string& value) {
    return fmt::format("  {:<20}{}\n", name, value);
  };
  std::string text = report.published_log ? published_log_text(report) + "\n"
                                          : fmt::format("Average time: {} ms\ncount: {}\n",
                                                        report.average_ms, counts.steps);
  text += line("Search",
               fmt::format("{}, quirks {}, lead profile {}, types {}", enum_name(options.search),
                           enum_name(options.quirks), key_text(report.planner.lead_profile()),
                           names_text(options.type_order, ","), options.max_permute_length));
  text += line("Steps", fmt::format("{}, {} with those of abandoned searches", digits(counts.steps),
                                    digits(counts.steps_including_abandoned)));
  text += line("Inter-stage plans",
               fmt::format("{}, {} searches abandoned", digits(counts.inter_stage_plans),
                           digits(counts.searches_abandoned)));
  text += line(
      "Plans costed",
      fmt::format("{}, {} not costable; {} fitted at the first attempt, {} at the second, {} at "
                  "the third",
                  digits(counts.plans_costed), digits(counts.plans_not_costable),
                  digits(counts.plans_by_attempts[0]), digits(counts.plans_by_attempts[1]),
                  digits(counts.plans_by_attempts[2])));
  if (counts.plans_with_lost_layers + counts.plans_charged_short > 0) {
    text += line(
        "Quirks",
        fmt::format("{} plans lost layers (H13), {} are charged for one stage only (H7)",
                    digits(counts.plans_with_lost_layers), digits(counts.plans_charged_short)));
  }
  if (report.result.sum_of_costs) {
    text += line("Sum of costs", fmt::format("{} ms", *report.result.sum_of_costs));
  }
  return text;
}

std::string devices_text(const StageDetails& stage) {
  std::vector<std::string> texts;
  for (const auto& [type, count] : stage.devices) {
    texts.push_back(fmt::format("{} x {}", count, printable(type)));
  }
  return fmt::format("{}", fmt::join(texts, " + "));
}

std::string layers_text(const StageDetails& stage) {
  if (stage.first_layer == stage.end_layer) {
    return "none";
  }
  return stage.first_layer + 1 == stage.end_layer
             ? fmt::format("{}", stage.first_layer)
             : fmt::format("{}-{}", stage.first_layer, stage.end_layer - 1);
}

std::string stage_line(std::size_t number, const StageDetails& stage, std::size_t width,
                       bool bottleneck, bool color) {
  std::string line = fmt::format(
      "{:>6}  {:<{}}{:>6}{:>8}{:>11}{:>10}{:>14.3f}{:>14.1f}{:>11.1f}{:>6.1f}%{}", number,
      devices_text(stage), width, stage.strategy.data_par, stage.strategy.tensor_par,
      stage.microbatch, layers_text(stage), stage.stage_ms, stage.memory_mb / kMbPerGib,
      stage.available_mb / kMbPerGib, 100 * stage.memory_mb / stage.available_mb,
      !stage.charged ? "  not charged"
      : bottleneck   ? "  <- bottleneck"
                     : "");
  if (bottleneck && color) {
    line = fmt::format("\x1b[33m{}\x1b[0m", line);
  }
  return line + "\n";
}

std::string parts_text(const PlanDetails& details, double cost) {
  std::string text = "Where the iteration goes\n";
  for (const PlanPart& part : kPlanParts) {
    const double milliseconds = details.*part.milliseconds;
    text += fmt::format("  {:<22}{:>14.3f} ms {:>7.2f}%\n", part.name, milliseconds,
                        100 * milliseconds / cost);
  }
  return text;
}

std::string best_plan_text(const HeteroReport& report, bool color) {
  const HeteroPlan& plan = report.result.top.front();
  const PlanDetails details = report.planner.details(plan);
  std::string text = fmt::format(
      "Best plan: {:.3f} ms an iteration, {:.2f} samples/s, {} microbatches\n", plan.cost,
      1000 * static_cast<double>(report.planner.options().global_batch_size) / plan.cost,
      plan.micro_batches);
  std::size_t width = std::string_view("devices").size();
  for (const StageDetails& stage : details.stages) {
    width = std::max(width, devices_text(stage).size());
  }
  text += fmt::format("{:>6}  {:<{}}{:>6}{:>8}{:>11}{:>10}{:>14}{:>14}{:>11}{:>7}\n", "stage",
                      "devices", width, "data", "tensor", "microbatch", "layers", "microbatch ms",
                      "memory GiB", "of GiB", "used");
  for (std::size_t i = 0; i < details.stages.size(); ++i) {
    text += stage_line(i, details.stages[i], width, i == details.bottleneck, color);
  }
  text += parts_text(details, plan.cost);
  const auto num_stages = static_cast<std::int64_t>(plan.device_groups.size());
  if (plan.stages_charged < num_stages) {
    text += fmt::format(
        "Note: the cost is that of {} of {} stages (quirk H7); --quirks fixed charges all.\n",
        plan.stages_charged, num_stages);
  }
  return text;
}

Json stage_json(const StageDetails& stage) {
  Json devices = Json::object();
  for (const auto& [type, count] : stage.devices) {
    devices[type] = count;
  }
  return {{"first_gpu", stage.first_gpu},
          {"devices", std::move(devices)},
          {"data_par", stage.strategy.data_par},
          {"tensor_par", stage.strategy.tensor_par},
          {"microbatch", stage.microbatch},
          {"layers", {stage.first_layer, stage.end_layer}},
          {"charged", stage.charged},
          {"stage_ms", stage.stage_ms},
          {"data_ms", stage.data_ms},
          {"optimizer_ms", stage.optimizer_ms},
          {"transfer_ms", stage.transfer_ms},
          {"memory_mb", stage.memory_mb},
          {"available_mb", stage.available_mb}};
}

Json details_json(const PlanDetails& details) {
  Json json = Json::object();
  for (const PlanPart& part : kPlanParts) {
    json[std::string(part.key)] = details.*part.milliseconds;
  }
  json["bottleneck"] = details.bottleneck;
  Json stages = Json::array();
  for (const StageDetails& stage : details.stages) {
    stages.push_back(stage_json(stage));
  }
  json["stages"] = std::move(stages);
  return json;
}

}  // namespace

std::string hetero_text(const HeteroReport& report, bool color) {
  std::string text = counts_text(report);
  if (report.result.top.empty()) {
    return text + "No plan fits.\n";
  }
  text += kPlanHead;
  for (std::size_t i = 0; i < report.result.top.size(); ++i) {
    const HeteroPlan& plan = report.result.top[i];
    text +=
        plan_line(i + 1, fmt::format("{}", plan.cost), names_text(plan.type_sequence, ", "), plan);
  }
  return text + best_plan_text(report, color);
}

Json hetero_json(const HeteroReport& report) {
  const HeteroOptions& options = report.planner.options();
  Json json = {{"search", enum_name(options.search)},
               {"quirks", enum_name(options.quirks)},
               {"lead_profile", key_text(report.planner.lead_profile())},
               {"type_order", options.type_order},
               {"max_permute_length", options.max_permute_length}};
  json.update(record_json(report.result.counts, kHeteroCountFields));
  if (report.result.sum_of_costs) {
    json["sum_of_costs"] = *report.result.sum_of_costs;
  }
  if (report.show_time) {
    json["average_ms"] = report.average_ms;
  }
  Json top = Json::array();
  for (const HeteroPlan& plan : report.result.top) {
    top.push_back(record_json(plan, kPlanFields));
  }
  json["top"] = std::move(top);
  if (!report.result.top.empty()) {
    json["best"] = details_json(report.planner.details(report.result.top.front()));
  }
  if (report.result.nearest) {
    Json nearest = record_json(report.result.nearest->plan, kPlanFields);
    for (const char* unknown : {"cost", "attempts", "index"}) {
      nearest.erase(unknown);
    }
    json["nearest"] = {{"missing_mb", report.result.nearest->missing_mb},
                       {"stage", report.result.nearest->stage},
                       {"plan", std::move(nearest)}};
  }
  return json;
}

std::string hetero_csv(const HeteroResult& result) {
  return plans_csv(result.top, kPlanFields);
}

std::string no_strategy_text(const HeteroOptions& options) {
  return fmt::format(
      "no device groups can share out a batch of {} with tensor degrees up to {} and microbatches "
      "up to {}",
      options.global_batch_size, options.max_tensor_parallel, options.max_microbatch);
}

std::string nearest_miss_text(const NearestMiss& nearest) {
  const HeteroPlan& plan = nearest.plan;
  return fmt::format(
      "the closest lacks {:.1f} GiB in stage {} of {} groups [{}], strategies {}, {} microbatches, "
      "layers [{}]",
      nearest.missing_mb / kMbPerGib, nearest.stage, names_text(plan.type_sequence, ","),
      fmt::join(plan.device_groups, " "), strategies_text(plan.strategies), plan.micro_batches,
      fmt::join(plan.layer_partition, " "));
}

}  // namespace calculon
