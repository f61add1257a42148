#include "text/search_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calculon/base/quantity_text.h"
#include "model/given_work.h"
#include "strategy/crossing_group.h"
#include "text/csv_report.h"
#include "text/fitted_table.h"
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

// A column of the table of the best. Settings are shown where they differ; of the columns with a
// rank the highest goes first where a table is too wide.
struct BestColumn {
  std::string_view heading;
  bool to_the_left;
  bool is_setting;
  int rank;
  std::string (*cell)(const ShownAnswer& answer);
};

constexpr std::array kFirstColumns = {
    BestColumn{"TP", false, true, 0,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.tensor_par); }},
    BestColumn{"PP", false, true, 0,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.pipeline_par); }},
    BestColumn{"DP", false, true, 0,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.data_par); }}};

constexpr std::array kExpertColumns = {
    BestColumn{"EP", false, true, 0,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.expert_par); }},
    BestColumn{"ES", false, true, 0,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.expert_slice); }},
    BestColumn{"XDP", false, true, 0,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.data_par_exp); }}};

constexpr std::array kOtherColumns = {
    BestColumn{"nets", true, true, 2, [](const ShownAnswer& a) { return nets_text(a.strategy); }},
    BestColumn{
        "int", false, true, 1,
        [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.pipeline_interleaving); }},
    BestColumn{"mb", false, true, 1,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.microbatch_size); }},
    BestColumn{"recompute", true, true, 2,
               [](const ShownAnswer& a) {
                 return std::string(enum_name(a.strategy.activation_recompute));
               }},
    BestColumn{"comm", true, true, 3,
               [](const ShownAnswer& a) {
                 return std::string(enum_name(a.strategy.effective_comm_type()));
               }},
    BestColumn{"overlap", true, true, 3,
               [](const ShownAnswer& a) { return overlap_text(a.strategy); }},
    BestColumn{"off", true, true, 3, [](const ShownAnswer& a) { return offload_text(a.strategy); }},
    BestColumn{"sharding", true, true, 3,
               [](const ShownAnswer& a) {
                 return std::string(a.strategy.optimizer_sharding ? "yes" : "no");
               }},
    BestColumn{"redo", true, true, 3,
               [](const ShownAnswer& a) {
                 return std::string(a.strategy.seq_par_ag_redo ? "yes" : "no");
               }},
    BestColumn{"batch", false, true, 2,
               [](const ShownAnswer& a) { return fmt::format("{}", a.strategy.batch_size); }},
    BestColumn{"batch s", false, false, 1,
               [](const ShownAnswer& a) { return fmt::format("{:.4f}", a.stats.total_time); }},
    BestColumn{"samples/s", false, false, 0,
               [](const ShownAnswer& a) { return fmt::format("{:.4f}", a.stats.sample_rate); }},
    BestColumn{"MFU", false, false, 4,
               [](const ShownAnswer& a) {
                 return fmt::format("{:.2f}%", 100 * needed_rate(a.transformer, a.system,
                                                                 a.strategy, a.stats.sample_rate)
                                                         .utilization());
               }},
    BestColumn{"memory/GiB", false, false, 0,
               [](const ShownAnswer& a) {
                 return fmt::format("{:.1f}/{:.1f}", a.stats.proc_mem_tier1_cap_req / kGibi,
                                    a.system.mem1.capacity_bytes / kGibi);
               }},
};

std::vector<BestColumn> best_columns(bool with_experts) {
  std::vector<BestColumn> columns(kFirstColumns.begin(), kFirstColumns.end());
  if (with_experts) {
    columns.insert(columns.end(), kExpertColumns.begin(), kExpertColumns.end());
  }
  columns.insert(columns.end(), kOtherColumns.begin(), kOtherColumns.end());
  return columns;
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
                       const System& system, bool color, std::size_t width) {
  const std::size_t rows = std::min(best.size(), kMostShown);
  bool marked = false;
  FittedColumn ranks{"#", {}, true, false, 0};
  for (std::size_t i = 0; i < rows; ++i) {
    const bool crosses = crossing_group(best[i].strategy, system).has_value();
    marked = marked || crosses;
    ranks.cells.push_back(fmt::format("{}{}", i, crosses ? "*" : ""));
  }
  std::vector<FittedColumn> columns = {std::move(ranks)};
  for (const BestColumn& column : best_columns(!best.empty() && best.front().strategy.model_MoE)) {
    columns.push_back(
        {std::string(column.heading), {}, column.to_the_left, column.is_setting, column.rank});
    for (std::size_t i = 0; i < rows; ++i) {
      columns.back().cells.push_back(
          column.cell({transformer, system, best[i].strategy, best[i].stats}));
    }
  }
  std::string text = fitted_table(std::move(columns), width, color);
  if (best.size() > rows) {
    text += fmt::format(" and {} more\n", best.size() - rows);
  }
  if (marked) {
    text += " * with groups that cross the border of a network tier\n";
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
                     const std::optional<ResultInputs>& inputs, const AnswerCosts& costs) {
  CsvColumns columns = CsvColumns::all(preset);
  if (inputs) {
    columns.add_inputs(*inputs);
  }
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
