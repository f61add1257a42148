#include "page/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "page/calibrated_columns.h"
#include "page/column_words.h"
#include "page/measured_columns.h"
#include "page/page_column.h"
#include "page/plan_columns.h"
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

// The rows of a statistic of the calibrated methodology: what it is shown as.
struct CalibratedColumn {
  Unit unit;
  std::string_view help;
};

std::optional<CalibratedColumn> calibrated_column(std::string_view name) {
  const auto find = [&](const std::string& prefix,
                        const auto& fields) -> std::optional<CalibratedColumn> {
    for (const auto& field : fields) {
      if (name.starts_with(prefix) && name.substr(prefix.size()) == field.name) {
        return CalibratedColumn{field.unit, field.help};
      }
    }
    return std::nullopt;
  };
  auto found = find("", kCalibratedFields);
  found = found ? found : find(kTimePrefix, kStepTimeFields);
  found = found ? found : find(kMemoryPrefix, kDeviceNeedFields);
  return found ? found : find(kStagePrefix, kStageMemoryFields);
}

// "time.tp_exchange" -> "Time: tp exchange"; what a study calls an axis stays as it is.
std::string words_of(const ColumnInfo& column) {
  for (const ColumnWords& known : kColumnWords) {
    if (known.name == column.name) {
      return std::string(known.words);
    }
  }
  for (const DerivedColumn& derived : kDerivedColumns) {
    if (column.name.starts_with(derived.prefix)) {
      return fmt::format("{} {}{}", derived.words, column.name.substr(derived.prefix.size()),
                         derived.behind);
    }
  }
  const std::vector<std::string>& settings = setting_columns();
  if (!is_statistic(column.name) &&
      std::find(settings.begin(), settings.end(), column.name) == settings.end()) {
    return column.name;
  }
  std::string words;
  for (const char letter : column.name) {
    words += letter == '_' ? " " : letter == '.' ? ": " : std::string(1, letter);
  }
  if (words.front() >= 'a' && words.front() <= 'z') {
    words.front() = static_cast<char>(words.front() - 'a' + 'A');
  }
  return words;
}

ColumnInfo described(std::string_view name) {
  ColumnInfo column = {std::string(name)};
  const auto describe_as = [&](std::string_view unit, double factor, std::string_view help) {
    column.unit = unit;
    column.factor = factor;
    column.help = help;
    return column;
  };
  for (const auto& field : kStatsFields) {
    if (field.name == name) {
      const ShownUnit unit = shown_unit(field.unit);
      return describe_as(unit.text, unit.factor, field.help);
    }
  }
  if (const auto found = calibrated_column(name)) {
    const ShownUnit unit = shown_unit(found->unit);
    return describe_as(unit.text, unit.factor, found->help);
  }
  for (const StudyColumn& known : kStudyColumns) {
    if (known.name == name) {
      return describe_as(known.unit, known.factor, known.help);
    }
  }
  for (const std::span<const PageColumn> columns :
       {std::span<const PageColumn>(kMeasuredPageColumns),
        std::span<const PageColumn>(kPlanPageColumns)}) {
    for (const PageColumn& known : columns) {
      if (known.name == name) {
        return describe_as(known.unit, known.factor, known.help);
      }
    }
  }
  if (name == "speedup_percent_published") {
    return describe_as("%", 1, "the same by the published rule (quirk S4)");
  }
  for (const DerivedColumn& derived : kDerivedColumns) {
    if (name.starts_with(derived.prefix)) {
      return describe_as(derived.unit, derived.factor, derived.help);
    }
  }
  const auto describe = [&](const auto& field) {
    if (field.name == name) {
      column.help = field.help;
    }
  };
  for_each_field(kCalibratedExecutionFields, describe);
  for_each_field(kStrategyFields, describe);
  return column;
}

}  // namespace

std::string ColumnInfo::in_sentence() const {
  const auto is_capital = [&](std::size_t i) {
    return i < words.size() && words[i] >= 'A' && words[i] <= 'Z';
  };
  std::string text = words;
  if (words != name && is_capital(0) && !is_capital(1)) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

ColumnInfo column_info(std::string_view name) {
  ColumnInfo column = described(name);
  column.words = words_of(column);
  return column;
}

const std::vector<std::string>& main_statistics() {
  static const std::vector<std::string> kColumns = {"sample_rate",
                                                    "total_time",
                                                    "total_efficiency",
                                                    "proc_mem_tier1_cap_req",
                                                    "proc_mem_tier2_cap_req",
                                                    "mfu",
                                                    "memory.peak",
                                                    kStagePeak};
  return kColumns;
}

const std::vector<std::string>& setting_columns() {
  static const std::vector<std::string> kColumns = [] {
    std::vector<std::string> columns;
    const auto add = [&](const auto& field) {
      if (std::find(columns.begin(), columns.end(), field.name) == columns.end()) {
        columns.emplace_back(field.name);
      }
    };
    for_each_field(kStrategyFields, add);
    for_each_field(kCalibratedExecutionFields, add);
    return columns;
  }();
  return kColumns;
}

bool is_statistic(std::string_view column) {
  return calibrated_column(column) || column.starts_with("uncertainty.") ||
         std::any_of(kStatsFields.begin(), kStatsFields.end(),
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
