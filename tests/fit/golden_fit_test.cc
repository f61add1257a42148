// Fits whose results another implementation of the same specification has given.
#include <catch2/catch.hpp>

#include "fit/constant_choice.h"
#include "fit/fit.h"
#include "support/measured_fit.h"

namespace calculon::test {
namespace {

struct GoldenConstant {
  std::string_view name;
  double value;
};

struct GoldenFit {
  std::string name;
  std::size_t rows;
  double objective;
  double error_before;
  double error;
  double left_out_error;  // 0: of too many rows
  std::vector<GoldenConstant> constants;
};

const std::vector<GoldenFit> kGoldenFits = {
    {"h100-80g-composer",
     37,
     0.000927403,
     19.145410,
     2.197325,
     2.664868,
     {{"gemm_efficiency_16bit", 0.702529},
      {"gemm_efficiency_float8", 0.614702},
      {"elementwise_scale", 1.75603},
      {"attention_efficiency", 0.203636},
      {"shard_overlap_loss", 0.662293},
      {"network_efficiency", 0.766854},
      {"kernel_seconds", 4.31709e-6},
      {"step_seconds", 0.0241729}}},
    {"h100-80g-nemo",
     165,
     0.00128232,
     5.351132,
     2.706677,
     0,
     {{"gemm_efficiency_16bit", 0.757562},
      {"gemm_efficiency_float8", 0.770005},
      {"host_kernel_seconds", 9.52123e-5},
      {"expert_permute_scale", 7.20124},
      {"elementwise_scale", 2.09324},
      {"attention_efficiency", 0.472696},
      {"network_efficiency", 0.695758},
      {"kernel_seconds", 5.27616e-6}}},
    {"a100-80g-composer",
     35,
     0.0023254,
     11.403578,
     4.332482,
     4.811219,
     {{"gemm_efficiency_16bit", 0.862454},
      {"elementwise_scale", 1.98755},
      {"attention_efficiency", 0.382752},
      {"shard_overlap_loss", 0.637948},
      {"kernel_seconds", 4.14867e-6},
      {"step_seconds", 0.0195844}}},
};

}  // namespace

TEST_CASE("fits to published runs end where they are known to", "[fit]") {
  const std::atomic<bool> stop{false};
  for (const GoldenFit& golden : kGoldenFits) {
    INFO(golden.name);
    const StackRuns runs = stack_runs(golden.name);
    REQUIRE(runs.rows.size() == golden.rows);
    const auto constants = default_constants(runs.rows, runs.start);
    FitOptions options;
    options.leave_one_out = golden.left_out_error > 0;
    const FitResult result = fit(runs.rows, constants, runs.start, options, stop);
    REQUIRE(result.constants.size() == golden.constants.size());
    for (std::size_t i = 0; i < golden.constants.size(); ++i) {
      CHECK(result.constants[i].constant->name == golden.constants[i].name);
      CHECK(result.constants[i].after == Approx(golden.constants[i].value).epsilon(0.001));
      CHECK(result.constants[i].bound == TouchedBound::kNone);
    }
    CHECK(result.objective == Approx(golden.objective).epsilon(1e-5));
    CHECK(mean_error(runs.rows, result.seconds_before) == Approx(golden.error_before));
    CHECK(mean_error(runs.rows, result.seconds_after) == Approx(golden.error).margin(0.001));
    if (options.leave_one_out) {
      CHECK(mean_error(runs.rows, result.seconds_left_out) ==
            Approx(golden.left_out_error).margin(0.01));
    } else {
      CHECK(result.seconds_left_out.empty());
    }
  }
}

}  // namespace calculon::test
