#include "text/calibrated_search_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/json_text.h"
#include "base/text.h"
#include "calculon/base/quantity_text.h"
#include "calculon/statistics/unknown_statistic.h"
#include "calibrated/calibrated_execution_json.h"
#include "calibrated/search/calibrated_walker.h"
#include "calibrated/uncertainty.h"
#include "launch/launch_rules.h"
#include "text/calibrated_report.h"
#include "text/csv.h"
#include "text/fitted_table.h"
#include "text/search_report.h"

namespace calculon {
namespace {

// The settings that tell executions apart at a glance: "tp 8 pp 64 dp 8 ...".
std::string short_text(const CalibratedExecution& e) {
  const std::string experts = e.expert_par > 1
                                  ? fmt::format(" ep {} etp {}", e.expert_par, e.expert_tensor())
                                  : std::string();
  return fmt::format("tp {} pp {} cp {} dp {}{} int {} mbs {} recompute {} {}", e.tensor_par,
                     e.pipeline_par, e.context_par, e.data_par, experts, e.pipeline_interleaving,
                     e.microbatch_size, enum_name(e.activation_recompute),
                     enum_name(e.data_par_sharding));
}

struct SettingColumn {
  std::string_view heading;
  std::string_view key;
  std::string_view plain;  // a value of which nothing has to be said if all have it
  bool to_the_left = false;
};

constexpr std::array kSettingColumns = {
    SettingColumn{"TP", "tensor_par", ""},
    SettingColumn{"PP", "pipeline_par", ""},
    SettingColumn{"CP", "context_par", "1"},
    SettingColumn{"DP", "data_par", ""},
    SettingColumn{"EP", "expert_par", "1"},
    SettingColumn{"ETP", "expert_tensor_par", "1"},
    SettingColumn{"mbs", "microbatch_size", ""},
    SettingColumn{"int", "pipeline_interleaving", "1"},
    SettingColumn{"balance", "pipeline_balance", "blocks", true},
    SettingColumn{"recompute", "activation_recompute", "", true},
    SettingColumn{"sharding", "data_par_sharding", "", true}};

class BestTable {
 public:
  BestTable(std::span<const RankedExecution> best, std::size_t rows) : best_(best), rows_(rows) {}

  void add_setting(const SettingColumn& setting) {
    add({std::string(setting.heading), {}, setting.to_the_left, true, setting.to_the_left ? 1 : 0},
        [&](const RankedExecution& ranked) { return setting_text(ranked.execution, setting.key); });
  }
  template <class Cell>
  void add(FittedColumn column, const Cell& cell) {
    for (std::size_t i = 0; i < rows_; ++i) {
      column.cells.push_back(cell(best_[i]));
    }
    columns_.push_back(std::move(column));
  }
  std::vector<FittedColumn> columns() && { return std::move(columns_); }

 private:
  std::span<const RankedExecution> best_;
  std::size_t rows_;
  std::vector<FittedColumn> columns_;
};

std::string memory_cell(const CalibratedStats& stats) {
  const DeviceNeed& need = stats.memory;
  return fmt::format("{:.1f}/{:.1f} {}", need.peak / kGibi, need.capacity / kGibi,
                     need.verdict == MemoryVerdict::kFits ? "fits" : "barely");
}

// Settings of the table, in the order of its columns: those that every search chooses, as far as a
// row has another value than the plain one, and those that the user has opened.
std::vector<SettingColumn> shown_settings(const CalibratedSearchReport& report, std::size_t rows) {
  std::vector<SettingColumn> shown;
  for (const SettingColumn& column : kSettingColumns) {
    const auto differs = [&](const RankedExecution& ranked) {
      return setting_text(ranked.execution, column.key) != column.plain;
    };
    if (std::any_of(report.best.begin(), report.best.begin() + static_cast<std::ptrdiff_t>(rows),
                    differs)) {
      shown.push_back(column);
    }
  }
  for (const std::string_view key : report.space.opened()) {
    if (std::none_of(kSettingColumns.begin(), kSettingColumns.end(),
                     [&](const SettingColumn& column) { return column.key == key; })) {
      shown.push_back({key, key, "", true});
    }
  }
  return shown;
}

std::vector<FittedColumn> best_columns(const CalibratedSearchReport& report, std::size_t rows) {
  BestTable table(report.best, rows);
  std::size_t rank = 0;
  table.add({"#", {}}, [&](const RankedExecution&) { return fmt::format("{}", rank++); });
  for (const SettingColumn& column : shown_settings(report, rows)) {
    table.add_setting(column);
  }
  table.add({"step s", {}}, [](const RankedExecution& ranked) {
    return fmt::format("{:#.4g}", ranked.stats.total_time);
  });
  table.add({"tok/s/GPU", {}, false, false, 3}, [](const RankedExecution& ranked) {
    return fmt::format("{:.0f}",
                       ranked.stats.token_rate / static_cast<double>(ranked.execution.num_procs));
  });
  table.add({"MFU", {}, false, false, 2}, [](const RankedExecution& ranked) {
    return fmt::format("{:.1f}%", 100 * ranked.stats.mfu);
  });
  table.add({"peak/GiB", {}, true},
            [](const RankedExecution& ranked) { return memory_cell(ranked.stats); });
  return std::move(table).columns();
}

void write_value(CsvWriter& writer, std::int64_t value) {
  if (value == 0) {
    writer.cell("");  // not given
  } else {
    writer.cell(value);
  }
}
void write_value(CsvWriter& writer, bool value) {
  writer.cell(value);
}
void write_value(CsvWriter& writer, double value) {
  writer.cell(json_text(value));
}
void write_value(CsvWriter& writer, RecomputeModules modules) {
  writer.cell(json_text(module_names(modules)));
}
void write_value(CsvWriter& writer, const std::vector<std::int64_t>& value) {
  writer.cell(value.empty() ? "" : json_text(value));
}
template <class Enum>
void write_value(CsvWriter& writer, Enum value) {
  writer.cell(enum_name(value));
}

template <std::size_t kField>
void write_setting(CsvWriter& writer, const CalibratedExecution& execution) {
  write_value(writer, execution.*std::get<kField>(kCalibratedExecutionFields).member);
}

using WriteSetting = void (*)(CsvWriter&, const CalibratedExecution&);

// For each of kCalibratedExecutionFields.
template <std::size_t... kFields>
constexpr std::array<WriteSetting, sizeof...(kFields)> setting_cells(
    std::index_sequence<kFields...>) {
  return {&write_setting<kFields>...};
}
constexpr auto kSettingCells = setting_cells(
    std::make_index_sequence<std::tuple_size_v<decltype(kCalibratedExecutionFields)>>());

// What the best may be missing.
std::string untried_text(const CalibratedSpace& space) {
  constexpr std::size_t kNamed = 2;
  const std::vector<std::string_view> closed = space.closed();
  if (closed.size() <= kNamed) {
    return "";
  }
  return fmt::format(
      "Not varied: {}, {} and {} more settings;\n"
      "  options of their names open them, llm --improve tries each\n",
      closed[0], closed[1], closed.size() - kNamed);
}

}  // namespace

double best_sample_rate(std::span<const RankedExecution> best) {
  double rate = 0;
  for (const RankedExecution& ranked : best) {
    rate = std::max(rate, ranked.stats.sample_rate);
  }
  return rate;
}

std::string rejection_text(const std::variant<CalibratedStats, Unsuitable>& outcome) {
  if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
    return unsuitable->words;
  }
  const DeviceNeed& need = std::get<CalibratedStats>(outcome).memory;
  return fmt::format("a processor of stage {} needs {} at least but has {}", need.peak_stage,
                     bytes_text(need.device_low), bytes_text(need.capacity));
}

std::string rejection_text(const CalibratedSearchReport& report, const CalibratedExecution& e,
                           std::string_view rule_id) {
  for (const LaunchRule& rule : launch_rules()) {
    if (rule.id == rule_id) {
      return broken_rule_text(*report.space.launchable(), rule);
    }
  }
  return rejection_text(evaluate_calibrated(report.model, report.system, e));
}

std::string calibrated_reasons_text(const CalibratedSearchReport& report, const RuleTally& tally) {
  std::string text;
  for (const RuleTally::Rejections& each : tally.sorted()) {
    const CalibratedExecution closest = report.space.at(each.closest);
    text += fmt::format("{}{:>14}  rule {}\n", text.empty() ? "Why bad:\n" : "",
                        grouped_digits(each.count), each.rule);
    text +=
        fmt::format("                closest: {}\n", rejection_text(report, closest, each.rule));
    text += fmt::format("                by {}\n", short_text(closest));
  }
  return text;
}

std::string calibrated_best_text(const CalibratedSearchReport& report, std::size_t width,
                                 bool color) {
  const std::span<const RankedExecution> best = report.best;
  const std::size_t rows = std::min(best.size(), kMostShown);
  std::string text = fitted_table(best_columns(report, rows), width, color);
  if (best.size() > rows) {
    text += fmt::format(" and {} more\n", best.size() - rows);
  }
  if (report.costs.asked()) {
    text += run_cost_table(report.costs, kMostShown);
  }
  const Uncertainty uncertainty =
      uncertainty_of(report.model, report.system, best.front().execution);
  text += fmt::format("Times are within {:.3g} % in half of all cases, {:.3g} % in nine of ten:\n",
                      uncertainty.median_percent, uncertainty.p90_percent);
  for (const std::string_view part : split(uncertainty.basis, ';')) {
    text += fmt::format("  {}\n", trimmed(part, " "));
  }
  return text + untried_text(report.space);
}

Json calibrated_best_json(const CalibratedSearchReport& report) {
  const std::vector<std::string_view> keys = report.space.keys();
  Json json = Json::object();
  for (std::size_t i = 0; i < report.best.size(); ++i) {
    const RankedExecution& ranked = report.best[i];
    Json stats = calibrated_json({report.model, report.system, ranked.execution, ranked.stats});
    if (report.costs.asked()) {
      stats["run_cost"] = run_cost_json(report.costs.options, report.costs.of[i]);
    }
    json[std::to_string(i)] = {{"execution", calibrated_execution_json(ranked.execution, keys)},
                               {"stats", std::move(stats)}};
  }
  return json;
}

CalibratedCsv::CalibratedCsv(std::span<const std::string_view> keys, std::string_view columns) {
  std::vector<Column> known = {
      {std::string(kMethodologyKey),
       [](CsvWriter& writer, const CalibratedExecution&) { writer.cell(kCalibratedName); }}};
  std::size_t place = 0;
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    if (!columns.empty() || std::find(keys.begin(), keys.end(), field.name) != keys.end()) {
      known.push_back({std::string(field.name), kSettingCells.at(place)});
    }
    ++place;
  });
  for (const CalibratedStatistic& statistic : calibrated_statistics()) {
    known.push_back({statistic.name, nullptr, &statistic});
  }
  known.push_back({std::string(kVerdictName)});
  if (columns.empty()) {
    columns_ = std::move(known);
    return;
  }
  std::vector<std::string_view> names;
  for (const Column& column : known) {
    names.push_back(column.name);
  }
  for (const std::string_view name : split(columns, ',')) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      throw UnknownStatistic(
          fmt::format("there is no column '{}'{}", name, did_you_mean(name, names)));
    }
    columns_.push_back(known[static_cast<std::size_t>(found - names.begin())]);
  }
}

std::string CalibratedCsv::header() const {
  std::string line;
  CsvWriter writer(line);
  for (const Column& column : columns_) {
    writer.cell(column.name);
  }
  return line + inputs_.header;
}

void CalibratedCsv::append(std::string& text, const CalibratedExecution& execution,
                           const CalibratedStats& stats) const {
  CsvWriter writer(text);
  for (const Column& column : columns_) {
    if (column.write_setting != nullptr) {
      column.write_setting(writer, execution);
    } else if (column.statistic != nullptr) {
      writer.cell(column.statistic->of(stats));
    } else {
      writer.cell(enum_name(stats.memory.verdict));
    }
  }
  text += inputs_.cells;
}

std::string calibrated_best_csv(const CalibratedSearchReport& report, const ResultInputs& inputs) {
  CalibratedCsv csv(report.space.keys(), "");
  csv.add_inputs(inputs);
  std::string text = "," + csv.header() + run_cost_header(report.costs) + "\n";
  for (std::size_t i = 0; i < report.best.size(); ++i) {
    text += fmt::format("{},", i);
    csv.append(text, report.best[i].execution, report.best[i].stats);
    text += run_cost_cells(report.costs, i) + "\n";
  }
  return text;
}

}  // namespace calculon
