#include "measured/ranking.h"

#include <catch2/catch.hpp>

#include "support/measured_runs.h"

namespace calculon::test {
namespace {

// A run of eight processors with this tensor degree.
MeasuredRun run_with(std::int64_t tensor_par, double seconds) {
  MeasuredRun run;
  run.system = "x";
  run.seconds = seconds;
  run.model.hidden = 1024;
  run.execution.num_procs = 8;
  run.execution.tensor_par = tensor_par;
  run.execution.sequence_par = tensor_par > 1;
  run.execution.tensor_par_overlap = tensor_par > 1;
  run.execution.data_par = 8 / tensor_par;
  return run;
}

PredictedRun predicted(const MeasuredRun& run, double seconds) {
  return {&run, nullptr, {seconds, 0, 0, MemoryVerdict::kFits}, {}};
}

}  // namespace

TEST_CASE("ranks are correlated as Spearman did", "[measured]") {
  CHECK(*rank_correlation({1, 2, 3}, {10, 20, 30}) == Approx(1));
  CHECK(*rank_correlation({1, 2, 3}, {3, 2, 1}) == Approx(-1));
  CHECK(*rank_correlation({1, 2, 3, 4}, {1, 2, 4, 3}) == Approx(0.8));  // 1 - 6 x 2 / 60
  // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 over the root of 4.5 x 5.
  CHECK(*rank_correlation({1, 2, 2, 3}, {1, 2, 3, 4}) == Approx(0.9486832981));
  CHECK_FALSE(rank_correlation({1, 1}, {1, 2}));
}

TEST_CASE("runs that differ in parallelism only are put in order", "[measured]") {
  const MeasuredRun one = run_with(1, 10);
  const MeasuredRun two = run_with(2, 8);
  const MeasuredRun four = run_with(4, 9);
  MeasuredRun other = run_with(8, 1);
  other.execution.elementwise_fused = false;
  MeasuredRun flagged = run_with(8, 1);
  flagged.flag = "data:odd";
  const auto rankings = rank_runs({predicted(one, 3), predicted(two, 2), predicted(four, 1),
                                   predicted(other, 4), predicted(flagged, 5)});
  REQUIRE(rankings.size() == 2);
  CHECK(rankings[0].system == "x");
  CHECK(rankings[1].system == "all");
  CHECK(rankings[0].groups == 1);
  CHECK(rankings[0].runs == 3);
  CHECK(rankings[0].correlation == Approx(0.5));           // ranks 2 0 1 against 2 1 0
  CHECK(rankings[0].mean_regret_percent == Approx(12.5));  // 9 s where 8 s were possible
  CHECK(rank_runs({predicted(one, 3), predicted(two, 2)}).empty());
}

TEST_CASE("the bundled runs are put in order well", "[measured]") {
  const auto all = [](const char* name) {
    return rank_runs(measured_runs(name).predicted.runs).back();
  };
  CHECK(all("calibration").correlation > 0.85);
  CHECK(all("calibration").mean_regret_percent < 3);
  CHECK(all("nanotron").correlation > 0.75);
}

}  // namespace calculon::test
