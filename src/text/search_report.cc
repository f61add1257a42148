#include "text/search_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calculon/base/quantity_text.h"
#include "model/given_work.h"
#include "strategy/crossing_group.h"
#include "text/csv_report.h"
#include "text/json_report.h"
#include "text/note_row.h"

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

// A column of the table of the best.
struct BestColumn {
  std::string_view heading;
  int width;
  bool to_the_left;
  bool of_experts;
  std::string (*cell)(const ShownAnswer& answer);
};

constexpr std::array kBestColumns = {
    BestColumn{"TP", 5, false, false,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.tensor_par); }},
    BestColumn{"PP", 4, false, false,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.pipeline_par); }},
    BestColumn{"DP", 5, false, false,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.data_par); }},
    BestColumn{"EP", 4, false, true,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.expert_par); }},
    BestColumn{"ES", 5, false, true,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.expert_slice); }},
    BestColumn{"XDP", 5, false, true,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.data_par_exp); }},
    BestColumn{"nets", 11, true, false, [](const ShownAnswer& a) { return nets_text(a.strategy); }},
    BestColumn{
        "int", 3, false, false,
        [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.pipeline_interleaving); }},
    BestColumn{"mb", 4, false, false,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.microbatch_size); }},
    BestColumn{"recompute", 9, true, false,
               [](const ShownAnswer& a) {
                 return std::string(enum_name(a.strategy.activation_recompute));
               }},
    BestColumn{"comm", 9, true, false,
               [](const ShownAnswer& a) {
                 return std::string(enum_name(a.strategy.effective_comm_type()));
               }},
    BestColumn{"overlap", 8, true, false,
               [](const ShownAnswer& a) { return overlap_text(a.strategy); }},
    BestColumn{"off", 3, true, false,
               [](const ShownAnswer& a) { return offload_text(a.strategy); }},
    BestColumn{"batch s", 12, false, false,
               [](const ShownAnswer& a) { return fmt::format("{:.4f}", a.stats.total_time); }},
    BestColumn{"samples/s", 12, false, false,
               [](const ShownAnswer& a) { return fmt::format("{:.4f}", a.stats.sample_rate); }},
    BestColumn{"MFU", 7, false, false,
               [](const ShownAnswer& a) {
                 return fmt::format("{:.2f}%", 100 * needed_rate(a.transformer, a.system,
                                                                 a.strategy, a.stats.sample_rate)
                                                         .utilization());
               }},
    BestColumn{"memory", 12, false, false,
               [](const ShownAnswer& a) { return bytes_text(a.stats.proc_mem_tier1_cap_req); }},
};

// A line of that table behind its rank and mark; `text_of` gives the text of a column.
template <class TextOf>
std::string table_line(std::string_view rank, char mark, bool with_experts, const TextOf& text_of) {
  std::string line = fmt::format("{:>4}{}", rank, mark);
  std::string_view separator;  // the mark stands in place of the first
  for (const BestColumn& column : kBestColumns) {
    if (column.of_experts && !with_experts) {
      continue;
    }
    const std::string text = text_of(column);
    line += column.to_the_left ? fmt::format("{}{:<{}}", separator, text, column.width)
                               : fmt::format("{}{:>{}}", separator, text, column.width);
    separator = " ";
  }
  return line + "\n";
}

}  // namespace

std::string counts_text(const Tally& tally, double seconds) {
  return counts_text(tally.total, tally.good, tally.num_bad(), seconds);
}

std::string counts_text(std::int64_t total, std::int64_t good, std::int64_t bad, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(total) / seconds : 0;
  return fmt::format(
      "Total executions: {}\nGood executions: {}\nBad executions: {}\n"
      "Calculation rate: {:.2f} calcs/sec",
      total, good, bad, rate);
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

std::string best_table(const std::vector<RankedStrategy>& best, const Transformer& transformer,
                       const System& system, Preset preset, bool color) {
  constexpr char kMark = '*';
  const bool moe = preset == Preset::kCalculonMoe;
  std::string text = table_line(
      "#", ' ', moe, [](const BestColumn& column) { return std::string(column.heading); });
  if (color) {
    text = "\x1b[1m" + text + "\x1b[0m";
  }
  bool marked = false;
  for (std::size_t i = 0; i < std::min(best.size(), kMostShown); ++i) {
    const ShownAnswer answer{transformer, system, best[i].strategy, best[i].stats};
    const bool crosses = crossing_group(best[i].strategy, system).has_value();
    marked = marked || crosses;
    text += table_line(fmt::format("{}", i), crosses ? kMark : ' ', moe,
                       [&](const BestColumn& column) { return column.cell(answer); });
  }
  if (best.size() > kMostShown) {
    text += fmt::format("     and {} more\n", best.size() - kMostShown);
  }
  if (marked) {
    text += fmt::format("   {} with groups that cross the border of a network tier\n", kMark);
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

std::string best_csv(const std::vector<RankedStrategy>& best, Preset preset,
                     const AnswerCosts& costs) {
  const CsvColumns columns = CsvColumns::all(preset);
  CsvRows rows(columns);
  std::string text = "," + columns.header() + run_cost_header(costs) + "\n";
  for (std::size_t i = 0; i < best.size(); ++i) {
    text += fmt::format("{},", i);
    rows.append(text, best[i].strategy, best[i].stats);
    if (costs.asked()) {
      text.pop_back();  // the end of the line
      text += run_cost_cells(costs, i) + "\n";
    }
  }
  return text;
}

}  // namespace calculon
