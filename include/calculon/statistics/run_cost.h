#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace calculon {

// What a whole training run takes: days, GPU hours, dollars and energy, and how much of the time is
// left for training when the job fails now and then.

// What is asked of a run. The price and the power are those of one GPU; the failures are those of
// the whole job, whatever part of it fails.
struct RunCostOptions {
  std::optional<double> tokens;              // of the run
  std::optional<double> price_per_hour;      // dollars
  std::optional<double> power_per_gpu;       // W
  std::optional<double> mtbf_hours;          // mean time between failures
  std::optional<double> checkpoint_seconds;  // that training stands still for one
  std::optional<double> restart_seconds;     // from a failure to training; 0 if absent

  bool asked() const { return tokens.has_value(); }
};

// Throws InputError, naming the option, where a figure is out of range or one lacks another.
void check_run_cost(const RunCostOptions& options);

// The expected cost of a run; infinite where the failures never let it end.
struct RunCost {
  double days = 0;                 // of training, nothing else
  double checkpoint_interval = 0;  // seconds of training between checkpoints
  double goodput = 1;              // share of the time that is training
  double days_with_failures = 0;
  double failures = 0;   // how many are expected
  double gpu_hours = 0;  // with failures, where they are asked for; so are the next two
  double dollars = 0;
  double energy = 0;  // MWh
};

// A figure of a run, which stands in results if its option is given.
struct RunCostRow {
  std::string_view name;
  double RunCost::*member;
  std::optional<double> RunCostOptions::*asked_by;
  std::string_view unit;
  std::string_view help;
};

inline constexpr std::array kRunCostRows = [] {
  using C = RunCost;
  using O = RunCostOptions;
  return std::array{
      RunCostRow{"days", &C::days, &O::tokens, "days", "training, without failures"},
      RunCostRow{"checkpoint_interval", &C::checkpoint_interval, &O::mtbf_hours, "s",
                 "training between checkpoints, Daly's optimum"},
      RunCostRow{"goodput", &C::goodput, &O::mtbf_hours, "", "share of the time that is training"},
      RunCostRow{"days_with_failures", &C::days_with_failures, &O::mtbf_hours, "days",
                 "with checkpoints, lost work and restarts"},
      RunCostRow{"failures", &C::failures, &O::mtbf_hours, "", "expected in these days"},
      RunCostRow{"gpu_hours", &C::gpu_hours, &O::tokens, "h", "of all GPUs, with failures"},
      RunCostRow{"dollars", &C::dollars, &O::price_per_hour, "$", "for these hours"},
      RunCostRow{"energy", &C::energy, &O::power_per_gpu, "MWh", "in these hours"},
  };
}();

// Seconds of training between checkpoints that take the least time in all: J. T. Daly, "A higher
// order estimate of the optimum checkpoint interval for restart dumps", Future Generation Computer
// Systems 22 (2006), equation 37. REQUIRES mtbf_seconds > 0.
double daly_interval(double mtbf_seconds, double checkpoint_seconds);

// Share of the time that is training, with checkpoints at that interval and failures that come by
// chance, also within checkpoints and restarts (Daly, equation 20). From 0 to 1.
double expected_goodput(double mtbf_seconds, double checkpoint_seconds, double restart_seconds);

// REQUIRES options that are checked, asked(), tokens_per_second > 0 and gpus > 0.
RunCost run_cost(const RunCostOptions& options, double tokens_per_second, double gpus);

}  // namespace calculon
