#include "text/search_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "calculon/base/quantity_text.h"
#include "text/csv_report.h"
#include "text/json_report.h"

namespace calculon {
namespace {

std::string nets_text(const Strategy& s) {
  std::string text = fmt::format("{}/{}/{}", s.tensor_par_net, s.pipeline_par_net, s.data_par_net);
  if (s.model_MoE) {
    text += fmt::format("/{}/{}/{}", s.data_par_exp_net, s.expert_par_net, s.expert_slice_net);
  }
  return text;
}

// The settings that tell strategies apart at a glance: "tp 8 pp 64 dp 8 ...".
std::string short_text(const Strategy& s) {
  const std::string experts =
      s.model_MoE ? fmt::format(" ep {} es {}", s.expert_par, s.expert_slice) : std::string();
  return fmt::format("tp {} pp {} dp {}{} nets {} interleaving {} microbatch {} recompute {}",
                     s.tensor_par, s.pipeline_par, s.data_par, experts, nets_text(s),
                     s.pipeline_interleaving, s.microbatch_size, enum_name(s.activation_recompute));
}

std::string offload_text(const Strategy& s) {
  const std::string text =
      fmt::format("{}{}{}", s.weight_offload ? "w" : "", s.activations_offload ? "a" : "",
                  s.optimizer_offload ? "o" : "");
  return text.empty() ? "-" : text;
}

std::string overlap_text(const Strategy& s) {
  return fmt::format("{}{}", enum_name(s.tensor_par_overlap), s.data_par_overlap ? "+dp" : "");
}

}  // namespace

std::string counts_text(const Tally& tally, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(tally.total) / seconds : 0;
  return fmt::format(
      "Total executions: {}\nGood executions: {}\nBad executions: {}\n"
      "Calculation rate: {:.2f} calcs/sec",
      tally.total, tally.good, tally.num_bad(), rate);
}

std::string bad_reasons_text(const Tally& tally, const StrategySpace& space) {
  std::vector<const Tally::Rejections*> reasons;
  for (const Tally::Rejections& rejections : tally.bad) {
    if (rejections.count > 0) {
      reasons.push_back(&rejections);
    }
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto* a, const auto* b) { return a->count > b->count; });
  std::string text;
  for (const Tally::Rejections* rejections : reasons) {
    text += fmt::format("{}{:>14}  {}\n", text.empty() ? "Why bad:\n" : "",
                        grouped_digits(rejections->count), enum_name(rejections->closest.reason));
    text += fmt::format("                closest: {}\n", describe(rejections->closest));
    text += fmt::format("                by {}\n", short_text(space.at(rejections->closest_index)));
  }
  return text;
}

std::string best_table(const std::vector<RankedStrategy>& best, Preset preset, bool color) {
  constexpr std::size_t kMostLines = 20;
  const bool moe = preset == Preset::kCalculonMoe;
  const auto experts = [&](const auto& ep, const auto& es, const auto& dp) {
    return moe ? fmt::format(" {:>4} {:>5} {:>5}", ep, es, dp) : std::string();
  };
  std::string text = fmt::format(
      "{:>4} {:>5} {:>4} {:>5}{} {:<11} {:>3} {:>4} {:<9} {:<9} {:<8} {:<3} {:>12} {:>12} {:>7} "
      "{:>12}\n",
      "#", "TP", "PP", "DP", experts("EP", "ES", "XDP"), "nets", "int", "mb", "recompute", "comm",
      "overlap", "off", "batch s", "samples/s", "MFU", "memory");
  if (color) {
    text = "\x1b[1m" + text + "\x1b[0m";
  }
  for (std::size_t i = 0; i < std::min(best.size(), kMostLines); ++i) {
    const Strategy& s = best[i].strategy;
    const Stats& stats = best[i].stats;
    text += fmt::format(
        "{:>4} {:>5} {:>4} {:>5}{} {:<11} {:>3} {:>4} {:<9} {:<9} {:<8} {:<3} {:>12.4f} {:>12.4f} "
        "{:>6.2f}% {:>12}\n",
        i, s.tensor_par, s.pipeline_par, s.data_par,
        experts(s.expert_par, s.expert_slice, s.data_par_exp), nets_text(s),
        s.pipeline_interleaving, s.microbatch_size, enum_name(s.activation_recompute),
        enum_name(s.effective_comm_type()), overlap_text(s), offload_text(s), stats.total_time,
        stats.sample_rate, 100 * stats.total_efficiency, bytes_text(stats.proc_mem_tier1_cap_req));
  }
  if (best.size() > kMostLines) {
    text += fmt::format("     and {} more\n", best.size() - kMostLines);
  }
  return text;
}

Json best_json(const std::vector<RankedStrategy>& best, const Transformer& transformer,
               const System& system, bool layers) {
  Json json = Json::object();
  for (std::size_t i = 0; i < best.size(); ++i) {
    const Strategy& s = best[i].strategy;
    json[fmt::format("{}", i)] = {
        {"execution", to_json(s)},
        {"stats", layers ? to_json(best[i].stats, s.preset,
                                   layer_stats(transformer, system, s, s.optimizer_shards()))
                         : to_json(best[i].stats, s.preset)}};
  }
  return json;
}

std::string best_csv(const std::vector<RankedStrategy>& best, Preset preset) {
  const CsvColumns columns = CsvColumns::all(preset);
  CsvRows rows(columns);
  std::string text = "," + columns.header() + "\n";
  for (std::size_t i = 0; i < best.size(); ++i) {
    text += fmt::format("{},", i);
    rows.append(text, best[i].strategy, best[i].stats);
  }
  return text;
}

}  // namespace calculon
