#include "page/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"

namespace calculon {
namespace {

struct ShownUnit {
  std::string_view text;
  double factor;
};

ShownUnit shown_unit(Unit unit) {
  switch (unit) {
    case Unit::kSeconds:
      return {"s", 1};
    case Unit::kBytes:
      return {"GiB", 1 / kGibi};
    case Unit::kBytesPerSecond:
      return {"GB/s", 1 / kGiga};
    case Unit::kFlops:
      return {"TFLOP", 1 / kTera};
    case Unit::kRatio:
      return {"%", 100};
    case Unit::kSequencesPerSecond:
      return {"samples/s", 1};
    case Unit::kElements:
    case Unit::kFlopsPerByte:
      break;
  }
  return {unit_name(unit), 1};
}

// Columns that a study adds to those of the field rows.
const std::vector<ColumnInfo>& further_columns() {
  static const std::vector<ColumnInfo> kColumns = {
      {"enumerated", "", 1, "executions that were tried"},
      {"feasible", "", 1, "executions that fit"},
      {"status", "", 1, "ok, infeasible or invalid"},
      {"reason", "", 1, "why there is no answer"},
      {"varied", "", 1, "the parameter that left its base value"},
      {"price", "$", 1, "of a processor"},
      {"max_procs", "", 1, "processors that the budget buys"},
      {"system_cost", "M$", 1 / kMega, "of all processors"},
      {"rate_per_megadollar", "samples/s per M$", 1, "sample rate / cost of the system"},
      {"best_so_far", "samples/s", 1, "best rate of this and all smaller sizes"},
      {"best_so_far_at", "", 1, "the size that gives it"},
      {"loss_below", "%", 100, "rate that is lost on the next smaller machine"},
      {"speedup_percent", "%", 1, "gain over the variant that it is compared with"},
      {"speedup_percent_published", "%", 1, "the same by the published rule (quirk S4)"},
  };
  return kColumns;
}

}  // namespace

ColumnInfo column_info(std::string_view name) {
  for (const auto& field : kStatsFields) {
    if (field.name == name) {
      const ShownUnit unit = shown_unit(field.unit);
      return {std::string(name), std::string(unit.text), unit.factor, std::string(field.help)};
    }
  }
  for (const ColumnInfo& column : further_columns()) {
    if (column.name == name) {
      return column;
    }
  }
  if (name.starts_with("relative_to_")) {
    return {std::string(name), "%", 100, "relative to the point named"};
  }
  ColumnInfo column = {std::string(name), "", 1, ""};
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.name == name) {
      column.help = field.help;
    }
  });
  return column;
}

const std::vector<std::string>& main_statistics() {
  static const std::vector<std::string> kColumns = {"sample_rate", "total_time", "total_efficiency",
                                                    "proc_mem_tier1_cap_req",
                                                    "proc_mem_tier2_cap_req"};
  return kColumns;
}

const std::vector<std::string>& setting_columns() {
  static const std::vector<std::string> kColumns = [] {
    std::vector<std::string> columns;
    for_each_field(kStrategyFields, [&](const auto& field) { columns.emplace_back(field.name); });
    return columns;
  }();
  return kColumns;
}

bool is_statistic(std::string_view column) {
  return std::any_of(kStatsFields.begin(), kStatsFields.end(),
                     [&](const auto& field) { return field.name == column; });
}

bool less_is_better(std::string_view column) {
  constexpr std::array<std::string_view, 4> kCosts = {"price", "system_cost", "loss_below",
                                                      "num_procs"};
  const std::string unit = column_info(column).unit;
  return unit == "s" || unit == "GiB" || unit == "GB/s" ||
         std::find(kCosts.begin(), kCosts.end(), column) != kCosts.end();
}

std::string value_label(const Json& value) {
  if (value.is_null()) {
    return "—";
  }
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_number_float() ? fmt::format("{:.6g}", value.get<double>()) : value.dump();
}

}  // namespace calculon
