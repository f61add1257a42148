#include "calculon/statistics/run_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr double kSecondsPerHour = 3600;
constexpr double kHoursPerDay = 24;
constexpr double kWattsPerMegawatt = 1e6;

// An option by its name on the command line, and whether it may be 0.
struct OptionRow {
  std::string_view name;
  std::optional<double> RunCostOptions::*value;
  bool may_be_zero;
  std::optional<double> RunCostOptions::*needs;
  std::string_view needed;  // its name
};

constexpr std::array kOptionRows = [] {
  using O = RunCostOptions;
  return std::array{
      OptionRow{"--tokens", &O::tokens, false, nullptr, ""},
      OptionRow{"--price-per-hour", &O::price_per_hour, true, &O::tokens, "--tokens"},
      OptionRow{"--power-per-gpu", &O::power_per_gpu, true, &O::tokens, "--tokens"},
      OptionRow{"--mtbf-hours", &O::mtbf_hours, false, &O::tokens, "--tokens"},
      OptionRow{"--mtbf-hours", &O::mtbf_hours, false, &O::checkpoint_seconds,
                "--checkpoint-seconds"},
      OptionRow{"--checkpoint-seconds", &O::checkpoint_seconds, true, &O::mtbf_hours,
                "--mtbf-hours"},
      OptionRow{"--restart-seconds", &O::restart_seconds, true, &O::mtbf_hours, "--mtbf-hours"},
  };
}();

// What is free is free for ever, too.
double taken(double hours, double per_hour) {
  return per_hour > 0 ? hours * per_hour : 0;
}

}  // namespace

void check_run_cost(const RunCostOptions& options) {
  constexpr double kLargest = 1e18;  // products of two of them are finite
  for (const OptionRow& row : kOptionRows) {
    const std::optional<double>& value = options.*row.value;
    if (!value) {
      continue;
    }
    const bool enough = row.may_be_zero ? *value >= 0 : *value > 0;
    if (!enough || !(*value <= kLargest)) {  // NaN is neither
      throw InputError(fmt::format("{} is {}, expected 0 {} x <= {:g}", row.name, *value,
                                   row.may_be_zero ? "<=" : "<", kLargest));
    }
    if (row.needs && !(options.*row.needs)) {
      throw InputError(fmt::format("{} needs {}", row.name, row.needed));
    }
  }
}

double daly_interval(double mtbf_seconds, double checkpoint_seconds) {
  if (checkpoint_seconds >= 2 * mtbf_seconds) {
    return mtbf_seconds;
  }
  const double ratio = checkpoint_seconds / (2 * mtbf_seconds);
  return std::sqrt(2 * checkpoint_seconds * mtbf_seconds) * (1 + std::sqrt(ratio) / 3 + ratio / 9) -
         checkpoint_seconds;
}

double expected_goodput(double mtbf_seconds, double checkpoint_seconds, double restart_seconds) {
  const double interval = daly_interval(mtbf_seconds, checkpoint_seconds);
  const double restart = std::exp(restart_seconds / mtbf_seconds);
  if (interval <= 0) {
    return 1 / restart;  // checkpoints cost nothing, so that no work is lost
  }
  const double segment = mtbf_seconds * std::expm1((interval + checkpoint_seconds) / mtbf_seconds);
  return std::min(1.0, interval / (restart * segment));
}

RunCost run_cost(const RunCostOptions& options, double tokens_per_second, double gpus) {
  RunCost cost;
  cost.days = *options.tokens / tokens_per_second / (kSecondsPerHour * kHoursPerDay);
  cost.days_with_failures = cost.days;
  if (options.mtbf_hours) {
    const double mtbf = *options.mtbf_hours * kSecondsPerHour;
    cost.checkpoint_interval = daly_interval(mtbf, *options.checkpoint_seconds);
    cost.goodput =
        expected_goodput(mtbf, *options.checkpoint_seconds, options.restart_seconds.value_or(0));
    cost.days_with_failures =
        cost.goodput > 0 ? cost.days / cost.goodput : std::numeric_limits<double>::infinity();
    cost.failures = cost.days_with_failures * kHoursPerDay / *options.mtbf_hours;
  }
  cost.gpu_hours = cost.days_with_failures * kHoursPerDay * gpus;
  cost.dollars = taken(cost.gpu_hours, options.price_per_hour.value_or(0));
  cost.energy = taken(cost.gpu_hours, options.power_per_gpu.value_or(0)) / kWattsPerMegawatt;
  return cost;
}

}  // namespace calculon
