#include "page/column.h"

#include <fmt/format.h>

#include <algorithm>

#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "page/study_columns.h"

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
    case Unit::kFlopsPerSecond:
      return {"TFLOP/s", 1 / kTera};
    case Unit::kTokensPerSecond:
    case Unit::kElements:
    case Unit::kFlopsPerByte:
      break;
  }
  return {unit_name(unit), 1};
}

}  // namespace

ColumnInfo column_info(std::string_view name) {
  for (const auto& field : kStatsFields) {
    if (field.name == name) {
      const ShownUnit unit = shown_unit(field.unit);
      return {std::string(name), std::string(unit.text), unit.factor, std::string(field.help)};
    }
  }
  for (const StudyColumn& column : kStudyColumns) {
    if (column.name == name) {
      return {std::string(name), std::string(column.unit), column.factor, std::string(column.help)};
    }
  }
  if (name == "speedup_percent_published") {
    return {std::string(name), "%", 1, "the same by the published rule (quirk S4)"};
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
  const std::string unit = column_info(column).unit;
  return unit == "s" || unit == "GiB" || unit == "GB/s" || column == "num_procs" ||
         std::any_of(kStudyColumns.begin(), kStudyColumns.end(), [&](const StudyColumn& known) {
           return known.less_is_better && known.name == column;
         });
}

std::string value_label(const Cell& value) {
  if (value.is_missing()) {
    return "—";
  }
  return value.is_number() && !value.is_whole() ? fmt::format("{:.6g}", value.number())
                                                : plain_text(value);
}

}  // namespace calculon
