#include "text/run_cost_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "calculon/base/quantity_text.h"
#include "text/csv.h"
#include "text/json_report.h"
#include "text/summary_lines.h"

namespace calculon {
namespace {

// A figure for people: "317.74", "4,188,000".
std::string amount_text(double value) {
  constexpr double kFewDigits = 1e4;
  constexpr double kManyDigits = 1e15;
  if (!std::isfinite(value)) {
    return "never";
  }
  if (value < kFewDigits) {
    return fmt::format("{:.2f}", value);
  }
  return value < kManyDigits ? grouped_digits(std::llround(value)) : fmt::format("{:.3g}", value);
}

std::string duration_text(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  if (seconds < 2 * kMinute) {
    return fmt::format("{:.1f} s", seconds);
  }
  return seconds < 2 * kHour ? fmt::format("{:.1f} min", seconds / kMinute)
                             : amount_text(seconds / kHour) + " h";
}

std::string percent_text(double share) {
  return fmt::format("{:.2f}%", 100 * share);
}

constexpr std::string_view kColumnPrefix = "run_cost.";

bool is_asked(const RunCostRow& row, const RunCostOptions& options) {
  return (options.*row.asked_by).has_value();
}

std::string failure_lines(const RunCost& cost) {
  constexpr double kMostDays = 1e6;
  const std::string time =
      cost.days_with_failures < kMostDays
          ? fmt::format("{} days, {} failures", amount_text(cost.days_with_failures),
                        amount_text(cost.failures))
          : "no end: failures leave no time for training";
  return summary_line("Goodput", fmt::format("{}, with a checkpoint after every {} of training",
                                             percent_text(cost.goodput),
                                             duration_text(cost.checkpoint_interval))) +
         summary_line("With failures", time);
}

}  // namespace

std::string run_cost_text(const RunCostOptions& options, const RunCost& cost) {
  std::string text = "The whole run\n";
  const std::string tokens = quantity_text(*options.tokens, QuantityKind::kPlain);
  text += summary_line("Tokens", trimmed(tokens, " "));
  text += summary_line("Training", amount_text(cost.days) + " days");
  if (options.mtbf_hours) {
    text += failure_lines(cost);
  }
  text += summary_line("GPU hours", amount_text(cost.gpu_hours));
  if (options.price_per_hour) {
    text += summary_line("Dollars", amount_text(cost.dollars));
  }
  if (options.power_per_gpu) {
    text += summary_line("Energy", amount_text(cost.energy) + " MWh");
  }
  return text;
}

Json run_cost_json(const RunCostOptions& options, const RunCost& cost) {
  Json json = {{"tokens", to_json(*options.tokens)}};
  for (const RunCostRow& row : kRunCostRows) {
    if (is_asked(row, options)) {
      json[std::string(row.name)] = to_json(cost.*row.member);
    }
  }
  return json;
}

std::string run_cost_table(const AnswerCosts& costs, std::size_t most) {
  constexpr std::size_t kLeastWidth = 12;
  std::string text = "The whole run\n   #";
  for (const RunCostRow& row : kRunCostRows) {
    if (is_asked(row, costs.options)) {
      text += fmt::format("  {:>{}}", row.name, std::max(row.name.size(), kLeastWidth));
    }
  }
  text += "\n";
  for (std::size_t i = 0; i < std::min(costs.of.size(), most); ++i) {
    text += fmt::format("{:>4}", i);
    for (const RunCostRow& row : kRunCostRows) {
      if (!is_asked(row, costs.options)) {
        continue;
      }
      const double value = costs.of[i].*row.member;
      const bool share = row.member == &RunCost::goodput;
      text += fmt::format("  {:>{}}", share ? percent_text(value) : amount_text(value),
                          std::max(row.name.size(), kLeastWidth));
    }
    text += "\n";
  }
  return text;
}

std::string run_cost_header(const AnswerCosts& costs) {
  std::string text;
  for (const RunCostRow& row : kRunCostRows) {
    text += is_asked(row, costs.options) ? fmt::format(",{}{}", kColumnPrefix, row.name) : "";
  }
  return text;
}

std::string run_cost_cells(const AnswerCosts& costs, std::size_t answer) {
  std::string text;
  for (const RunCostRow& row : kRunCostRows) {
    if (!is_asked(row, costs.options)) {
      continue;
    }
    text += ",";
    append_number(text, costs.of[answer].*row.member);
  }
  return text;
}

bool is_run_cost_column(std::string_view name) {
  return name.starts_with(kColumnPrefix) &&
         std::any_of(kRunCostRows.begin(), kRunCostRows.end(), [&](const RunCostRow& row) {
           return row.name == name.substr(kColumnPrefix.size());
         });
}

}  // namespace calculon
