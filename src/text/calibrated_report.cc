#include "text/calibrated_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "calculon/workload/parameter_count.h"
#include "text/json_report.h"
#include "text/summary_lines.h"

namespace calculon {
namespace {

Json memory_json(const CalibratedStats& stats) {
  Json json = Json::object();
  Json stages = Json::array();
  for (const StageMemory& stage : stats.stages) {
    stages.push_back(figures_json(stage, kStageMemoryFields));
  }
  json["stages"] = std::move(stages);
  json["peak_stage"] = stats.memory.peak_stage;
  json.update(figures_json(stats.memory, kDeviceNeedFields));
  json["verdict"] = enum_name(stats.memory.verdict);
  return json;
}

std::string rates_text(const CalibratedReport& report, const Uncertainty& uncertainty) {
  const CalibratedStats& stats = report.stats;
  const double processors = static_cast<double>(report.execution.num_procs);
  const ModelParameters count = count_parameters(report.model);
  std::string text = "Summary (calibrated methodology)\n";
  text += summary_line(
      "Step time", fmt::format("{:.4f} s, {}", stats.total_time, uncertainty_text(uncertainty)));
  text += summary_line("Sample rate", fmt::format("{:.2f} sequences/s", stats.sample_rate));
  text += summary_line("Token rate", fmt::format("{:.0f} tokens/s, {:.1f} tokens/s per processor",
                                                 stats.token_rate, stats.token_rate / processors));
  text += summary_line("Model throughput", fmt::format("{:.2f} TFLOP/s per processor",
                                                       stats.flop_rate_per_proc / kTera));
  text += summary_line("Model-flops util.", fmt::format("{:.2f}%", 100 * stats.mfu));
  text += summary_line("Parameters",
                       count.active == count.total
                           ? grouped_digits(count.total)
                           : fmt::format("{}, {} active per token", grouped_digits(count.total),
                                         grouped_digits(count.active)));
  return text;
}

std::string times_text(const CalibratedStats& stats, bool color) {
  std::vector<const Field<StepTime>*> parts;
  for (const auto& field : kStepTimeFields) {
    if (stats.time.*field.member != 0) {
      parts.push_back(&field);
    }
  }
  std::stable_sort(parts.begin(), parts.end(), [&](const auto* a, const auto* b) {
    return stats.time.*a->member > stats.time.*b->member;
  });
  std::string text = "Where the time goes\n";
  for (const Field<StepTime>* part : parts) {
    const double seconds = stats.time.*part->member;
    const double share = seconds / stats.total_time;
    text += fmt::format("  {:<15}{:>10.4f} s {:>6.2f}%  {}{}\n", part->name, seconds, 100 * share,
                        part->help, share_bar(share, color, kAnsiBlue));
  }
  return text;
}

// The parts of a stage's peak, the largest first.
std::string parts_text(const StageMemory& stage) {
  std::vector<const Field<StageMemory>*> rows;
  for (const auto& field : kStageMemoryFields) {
    if (std::find(kStagePeakParts.begin(), kStagePeakParts.end(), field.member) !=
            kStagePeakParts.end() &&
        stage.*field.member > 0) {
      rows.push_back(&field);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const auto* a, const auto* b) {
    return stage.*a->member > stage.*b->member;
  });
  std::string text;
  for (const auto* row : rows) {
    text +=
        fmt::format("  {:<15}{:>12}  {}\n", row->name, bytes_text(stage.*row->member), row->help);
  }
  return text;
}

std::string memory_text(const CalibratedReport& report) {
  const CalibratedStats& stats = report.stats;
  const DeviceNeed& need = stats.memory;
  std::string text = fmt::format("Memory of stage {}, the fullest\n", need.peak_stage);
  text += parts_text(stats.stages[static_cast<std::size_t>(need.peak_stage)]);
  text += fmt::format("  {:<15}{:>12}\n", "peak", bytes_text(need.peak));
  text +=
      fmt::format("  {:<15}{} to {} of {}: {}\n", "device", bytes_text(need.device_low),
                  bytes_text(need.device_high), bytes_text(need.capacity), enum_name(need.verdict));
  if (stats.stages.size() > 1) {
    text += "Stages\n";
    for (std::size_t i = 0; i < stats.stages.size(); ++i) {
      text +=
          fmt::format("  {:<4}{:>4} blocks, static {:>12}, activations {:>12}, peak {:>12}\n", i,
                      stats.stage_blocks[i], bytes_text(stats.stages[i].fixed),
                      bytes_text(stats.stages[i].activations), bytes_text(stats.stages[i].peak));
    }
  }
  return text;
}

std::string trust_text(const System& system, const Uncertainty& uncertainty) {
  const Provenance& provenance = system.provenance;
  std::string text = "How far to trust it\n";
  text += summary_line("Constants", system.calibration ? "of " + name_without_extension(system.name)
                                                       : "neutral ones");
  if (!provenance.stack.empty()) {
    text += summary_line("Software", provenance.stack + (provenance.version.empty() ? "" : ", ") +
                                         provenance.version);
  }
  if (!provenance.fitted_on.empty()) {
    text += summary_line("Fitted on", provenance.fitted_on);
  }
  if (provenance.calibration_error && provenance.gate_error) {  // else they stand in the last line
    text += summary_line(
        "Errors there",
        fmt::format("{} % on average and {} % in nine of ten of {} runs",
                    provenance.calibration_error->mean, provenance.calibration_error->p90,
                    provenance.calibration_error->runs));
  }
  if (!provenance.transfer.empty()) {
    text += summary_line("Transferred", provenance.transfer);
  }
  return text + summary_line("Errors", uncertainty.basis);
}

}  // namespace

Json calibrated_json(const CalibratedReport& report) {
  const CalibratedStats& stats = report.stats;
  Json json = Json::object();
  for (const auto& field : kCalibratedFields) {
    json[std::string(field.name)] = to_json(stats.*field.member);
    if (field.member == &CalibratedStats::active_matrix_parameters) {
      const ModelParameters count = count_parameters(report.model);
      json["parameters"] = count.total;
      json["active_parameters"] = count.active;
    }
  }
  json["stage_blocks"] = stats.stage_blocks;
  json["time"] = figures_json(stats.time, kStepTimeFields);
  json["memory"] = memory_json(stats);
  json["uncertainty"] =
      uncertainty_json(uncertainty_of(report.model, report.system, report.execution));
  return json;
}

Json uncertainty_json(const Uncertainty& uncertainty) {
  return {{"median_percent", to_json(uncertainty.median_percent)},
          {"p90_percent", to_json(uncertainty.p90_percent)},
          {"basis", uncertainty.basis}};
}

std::string uncertainty_text(const Uncertainty& uncertainty) {
  return fmt::format("+-{:.3g} % typical, +-{:.3g} % in nine of ten cases",
                     uncertainty.median_percent, uncertainty.p90_percent);
}

Json inventory_json(const std::vector<BlockInventory>& inventories) {
  Json kinds = Json::array();
  for (const BlockInventory& block : inventories) {
    Json products = Json::array();
    for (const BlockProduct& row : block.products) {
      const double flops = 2 * row.m * row.n * row.k * row.count;
      products.push_back({{"name", row.name},
                          {"m", to_json(row.m)},
                          {"n", to_json(row.n)},
                          {"k", to_json(row.k)},
                          {"count", to_json(row.count)},
                          {"forward_time", to_json(row.forward)},
                          {"backward_time", to_json(row.backward)},
                          {"forward_rate", to_json(flops / row.forward)}});
    }
    Json exchanges = Json::array();
    for (const Exchange& each : block.exchanges) {
      exchanges.push_back({{"name", each.name},
                           {"bytes", to_json(each.bytes)},
                           {"ranks", to_json(each.ranks)},
                           {"crosses_domains", each.crosses},
                           {"time", to_json(each.seconds)},
                           {"times_per_pass", to_json(each.times)}});
    }
    kinds.push_back({{"kind", block.experts ? "experts" : "dense"},
                     {"blocks", block.blocks},
                     {"products", std::move(products)},
                     {"kept", figures_json(block.kept, kKeptTensorFields)},
                     {"kept_with_recomputation", to_json(block.kept_bytes)},
                     {"exchanges", std::move(exchanges)}});
  }
  return kinds;
}

std::string calibrated_text(const CalibratedReport& report, bool color) {
  const Uncertainty uncertainty = uncertainty_of(report.model, report.system, report.execution);
  return rates_text(report, uncertainty) + times_text(report.stats, color) + memory_text(report) +
         trust_text(report.system, uncertainty);
}

std::string memory_shortfall_text(const CalibratedStats& stats) {
  const DeviceNeed& need = stats.memory;
  return fmt::format(
             "infeasible: a processor of stage {} needs {} at least but has {} (rule KD7)\n",
             need.peak_stage, bytes_text(need.device_low), bytes_text(need.capacity)) +
         parts_text(stats.stages[static_cast<std::size_t>(need.peak_stage)]);
}

}  // namespace calculon
