// The report of an execution as published, to the character.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "calculon/base/quantity_text.h"
#include "calculon/block/parameter_count.h"
#include "calculon/strategy/placement.h"
#include "text/json_report.h"
#include "text/text_report.h"

namespace calculon {
namespace {

// How a statistic is written.
enum class PublishedForm { kBytes, kSeconds, kBandwidth, kPercent, kRate };

struct PublishedLine {
  std::string_view name;
  double Stats::*statistic;
  PublishedForm form;
  Audience audience = kEverybody;
};

// The lines of statistics, in their order.
constexpr std::array kPublishedLines = {
    PublishedLine{"Weights", &Stats::weight_space, PublishedForm::kBytes},
    PublishedLine{"Act", &Stats::act_space, PublishedForm::kBytes},
    PublishedLine{"Act CP", &Stats::act_checkpoint_size, PublishedForm::kBytes},
    PublishedLine{"Act grad", &Stats::act_grad_space, PublishedForm::kBytes},
    PublishedLine{"Weight grad", &Stats::weight_grad_space, PublishedForm::kBytes},
    PublishedLine{"Optim space", &Stats::optimizer_space, PublishedForm::kBytes},
    PublishedLine{"Batch FW time", &Stats::fw_time, PublishedForm::kSeconds},
    PublishedLine{"Batch BW time", &Stats::bw_time, PublishedForm::kSeconds},
    PublishedLine{"Batch optim time", &Stats::optim_step_time, PublishedForm::kSeconds},
    PublishedLine{"Batch FW offload overhead", &Stats::fw_offload_exposed_time,
                  PublishedForm::kSeconds},
    PublishedLine{"Batch BW offload overhead", &Stats::bw_offload_exposed_time,
                  PublishedForm::kSeconds},
    PublishedLine{"Batch recompute overhead", &Stats::recompute_time, PublishedForm::kSeconds},
    PublishedLine{"Batch recomm overhead", &Stats::recomm_exposed_time, PublishedForm::kSeconds},
    PublishedLine{"Batch bubble overhead", &Stats::bubble_time, PublishedForm::kSeconds},
    PublishedLine{"Batch TP comm overhead", &Stats::tp_comm_exposed_time, PublishedForm::kSeconds},
    PublishedLine{"Batch EP comm overhead", &Stats::ep_comm_exposed_time, PublishedForm::kSeconds,
                  kWithExperts},
    PublishedLine{"Batch ES comm overhead", &Stats::es_comm_exposed_time, PublishedForm::kSeconds,
                  kWithExperts},
    PublishedLine{"Batch PP comm overhead", &Stats::pp_comm_exposed_time, PublishedForm::kSeconds},
    PublishedLine{"Batch DP comm overhead", &Stats::dp_comm_exposed_time, PublishedForm::kSeconds,
                  kDenseToolOnly},
    PublishedLine{"Batch DP (DP+DP_exp) comm overhead", &Stats::dp_comm_exposed_time,
                  PublishedForm::kSeconds, kWithExperts},
    PublishedLine{"Batch TP comm time on link", &Stats::tp_comm_link_time, PublishedForm::kSeconds},
    PublishedLine{"Batch EP comm time on link", &Stats::ep_comm_link_time, PublishedForm::kSeconds,
                  kWithExperts},
    PublishedLine{"Batch ES comm time on link", &Stats::es_comm_link_time, PublishedForm::kSeconds,
                  kWithExperts},
    PublishedLine{"Batch PP comm time on link", &Stats::pp_comm_link_time, PublishedForm::kSeconds},
    PublishedLine{"Batch DP comm time on link", &Stats::dp_comm_link_time, PublishedForm::kSeconds,
                  kDenseToolOnly},
    PublishedLine{"Batch DP (DP+DP_exp) comm time on link", &Stats::dp_comm_link_time,
                  PublishedForm::kSeconds, kWithExperts},
    PublishedLine{"Batch total time", &Stats::total_time, PublishedForm::kSeconds},
    PublishedLine{"Activation offload required BW", &Stats::act_offload_bw_req,
                  PublishedForm::kBandwidth},
    PublishedLine{"Weight offload required BW", &Stats::weight_offload_bw_req,
                  PublishedForm::kBandwidth},
    PublishedLine{"Optimizer offload required BW", &Stats::optim_offload_bw_req,
                  PublishedForm::kBandwidth},
    PublishedLine{"Total offload required BW", &Stats::offload_mem_bw_req,
                  PublishedForm::kBandwidth},
    PublishedLine{"Mem tier1 capacity requirement", &Stats::proc_mem_tier1_cap_req,
                  PublishedForm::kBytes},
    PublishedLine{"Mem tier2 capacity requirement", &Stats::proc_mem_tier2_cap_req,
                  PublishedForm::kBytes},
    // Quirk G5: once more.
    PublishedLine{"Mem tier2 BW for offload", &Stats::offload_mem_bw_req,
                  PublishedForm::kBandwidth},
    PublishedLine{"Compute efficiency", &Stats::compute_efficiency, PublishedForm::kPercent},
    PublishedLine{"System efficiency", &Stats::system_efficiency, PublishedForm::kPercent},
    PublishedLine{"Total efficiency", &Stats::total_efficiency, PublishedForm::kPercent},
    PublishedLine{"Sample rate", &Stats::sample_rate, PublishedForm::kRate},
};

std::string published_text(double value, PublishedForm form) {
  switch (form) {
    case PublishedForm::kBytes:
      return quantity_text(value, QuantityKind::kBytes);
    case PublishedForm::kSeconds:
      return fmt::format("{:.4f}", value);
    case PublishedForm::kBandwidth:
      return quantity_text(value, QuantityKind::kBandwidth);
    case PublishedForm::kPercent:
      return fmt::format("{:.2f}%", 100 * value);
    case PublishedForm::kRate:
      return fmt::format("{:.2f}", value);
  }
  return "";
}

// What is run, and where.
std::string published_inputs(const Transformer& transformer, const Strategy& strategy,
                             const std::string& system_literal) {
  std::string text = fmt::format(
      "blocks={}, hidden={}, feedforward={}\nnum attn heads: {}, attn_size={}\n"
      "Run on {} processors with:\nTP={}\nPP={}\nDP={}\n",
      transformer.num_blocks, transformer.hidden, transformer.feedforward, transformer.attn_heads,
      transformer.attn_size, strategy.num_procs, strategy.tensor_par, strategy.pipeline_par,
      strategy.data_par);
  if (strategy.preset != Preset::kCalculon) {
    text += fmt::format("SP={}\nEP={}\nES={}\n", strategy.tensor_par,  // quirk M37
                        strategy.expert_par, strategy.expert_slice);
  }
  text += fmt::format("Blocks per processor: {}\n",
                      blocks_per_processor(transformer, strategy.pipeline_par));
  return text + fmt::format("Execution: {};\nSystem: {};\n", python_literal(to_json(strategy)),
                            system_literal);
}

std::string published_parameters(const Transformer& transformer, const Strategy& strategy) {
  constexpr double kBillion = 1e9;
  return fmt::format("Total Weight Params: {:.0f} Billion;\n",
                     std::floor(count_parameters(transformer, strategy).total / kBillion));
}

}  // namespace

std::string published_report(const Transformer& transformer, const Strategy& strategy,
                             const Stats& stats, const std::string& system_literal) {
  constexpr std::size_t kRule = 80;
  std::string text = std::string(kRule, '=') + "\n";
  text += published_inputs(transformer, strategy, system_literal);
  for (const PublishedLine& line : kPublishedLines) {
    if (!is_in(line.audience, strategy.preset)) {
      continue;
    }
    text += fmt::format("{}: {};\n", line.name, published_text(stats.*line.statistic, line.form));
    if (line.statistic == &Stats::weight_space && strategy.preset != Preset::kCalculon) {
      text += published_parameters(transformer, strategy);
    }
  }
  return text;
}

}  // namespace calculon
