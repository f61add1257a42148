#include "calculon/statistics/run_cost.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "support/input_error_of.h"
#include "text/run_cost_report.h"

namespace calculon::test {
namespace {

constexpr double kHour = 3600;

// 86.4 million tokens at 1000 tokens/s: a day.
RunCostOptions a_day() {
  RunCostOptions options;
  options.tokens = 86.4e6;
  return options;
}

RunCostOptions with_failures(double mtbf_hours, double checkpoint_seconds, double restart_seconds) {
  RunCostOptions options = a_day();
  options.mtbf_hours = mtbf_hours;
  options.checkpoint_seconds = checkpoint_seconds;
  options.restart_seconds = restart_seconds;
  return options;
}

RunCost cost_of(const RunCostOptions& options) {
  return run_cost(options, 1000, 10);
}

// Daly's equation 20 at any interval.
double goodput_at(double interval, double mtbf, double checkpoint, double restart) {
  return interval / (std::exp(restart / mtbf) * mtbf * std::expm1((interval + checkpoint) / mtbf));
}

std::string mistake_in(const RunCostOptions& options) {
  return input_error_of([&] { check_run_cost(options); });
}

}  // namespace

TEST_CASE("a run without failures is tokens over their rate", "[run_cost]") {
  RunCostOptions options = a_day();
  options.price_per_hour = 2;
  options.power_per_gpu = 500;
  const RunCost cost = cost_of(options);
  CHECK(cost.days == Approx(1));
  CHECK(cost.days_with_failures == cost.days);
  CHECK(cost.goodput == 1);
  CHECK(cost.failures == 0);
  CHECK(cost.gpu_hours == Approx(240));
  CHECK(cost.dollars == Approx(480));
  CHECK(cost.energy == Approx(0.12));
}

TEST_CASE("checkpoints come at Daly's optimal interval", "[run_cost]") {
  // sqrt(2*288*28800) = 4072.9 s, times 1 + 0.0707/3 + 0.005/9, less the 288 s of a checkpoint.
  CHECK(daly_interval(8 * kHour, 288) == Approx(3883.19780133).epsilon(1e-11));
  CHECK(expected_goodput(8 * kHour, 288, 600) == Approx(0.84732742870513).epsilon(1e-12));
  CHECK(daly_interval(100, 200) == 100);  // checkpoints that take longer than failures
  CHECK(daly_interval(100, 1e6) == 100);

  const RunCost cost = cost_of(with_failures(8, 288, 600));
  CHECK(cost.days == Approx(1));
  CHECK(cost.checkpoint_interval == Approx(3883.19780133));
  CHECK(cost.days_with_failures == Approx(1 / 0.84732742870513));
  CHECK(cost.failures == Approx(3 / 0.84732742870513));
  CHECK(cost.gpu_hours == Approx(240 / 0.84732742870513));
}

TEST_CASE("no other interval gives a noticeably better goodput", "[run_cost]") {
  for (const double mtbf : {600.0, 3 * kHour, 100 * kHour}) {
    for (const double checkpoint : {1.0, 30.0, 300.0}) {
      const double best = expected_goodput(mtbf, checkpoint, 120);
      const double interval = daly_interval(mtbf, checkpoint);
      CHECK(best == Approx(goodput_at(interval, mtbf, checkpoint, 120)));
      for (const double factor : {0.25, 0.5, 0.8, 1.25, 2.0, 4.0}) {
        CHECK(goodput_at(factor * interval, mtbf, checkpoint, 120) < best);
      }
    }
  }
}

TEST_CASE("goodput falls with failures, checkpoints and restarts, and has its limits",
          "[run_cost]") {
  double last = 0;
  for (const double hours : {0.01, 0.1, 1.0, 10.0, 1e3, 1e6, 1e12}) {
    const double goodput = expected_goodput(hours * kHour, 60, 300);
    CHECK(goodput > last);
    CHECK(goodput <= 1);
    last = goodput;
  }
  CHECK(last == Approx(1));
  CHECK(expected_goodput(kHour, 60, 300) > expected_goodput(kHour, 61, 300));
  CHECK(expected_goodput(kHour, 60, 300) > expected_goodput(kHour, 60, 301));
  CHECK(expected_goodput(kHour, 0, 0) == 1);
  CHECK(expected_goodput(kHour, 0, kHour) == Approx(std::exp(-1)));
}

TEST_CASE("a job that fails all the time never ends, and says so", "[run_cost]") {
  RunCostOptions options = with_failures(1e-6, 60, 300);
  options.price_per_hour = 2;
  const RunCost cost = cost_of(options);
  CHECK(cost.goodput == 0);
  CHECK(cost.days == Approx(1));
  CHECK(std::isinf(cost.days_with_failures));
  CHECK(std::isinf(cost.dollars));
  CHECK_THAT(run_cost_text(options, cost), Catch::Contains("  With failures     no end: ") &&
                                               Catch::Contains("  Dollars           never\n") &&
                                               !Catch::Contains("nan"));
  const Json json = run_cost_json(options, cost);
  CHECK(json["goodput"] == 0);
  CHECK(json["days_with_failures"].is_null());
  options.price_per_hour = 0;
  CHECK(cost_of(options).dollars == 0);
  const RunCostOptions rarely = with_failures(0.001, 100, 0);
  CHECK(cost_of(rarely).days_with_failures > 1e9);
  CHECK_THAT(run_cost_text(rarely, cost_of(rarely)), Catch::Contains("no end: "));
  RunCostOptions few;
  few.tokens = 5;
  CHECK_THAT(run_cost_text(few, cost_of(few)), Catch::Contains("  Tokens            5.000\n"));
  for (const double hours : {1e-300, 5e-324, 1e-18, 1e18}) {
    for (const double seconds : {0.0, 5e-324, 1e-300, 1.0, 1e18}) {
      const RunCost extreme = cost_of(with_failures(hours, seconds, seconds));
      for (const RunCostRow& row : kRunCostRows) {
        CHECK_FALSE(std::isnan(extreme.*row.member));
      }
      CHECK(extreme.goodput >= 0);
      CHECK(extreme.goodput <= 1);
    }
  }
}

TEST_CASE("options of a run's cost go together and are in range", "[run_cost]") {
  CHECK_NOTHROW(check_run_cost({}));
  CHECK_NOTHROW(check_run_cost(with_failures(8, 0, 0)));
  RunCostOptions lonely;
  lonely.price_per_hour = 2;
  CHECK(mistake_in(lonely) == "--price-per-hour needs --tokens");
  RunCostOptions options = a_day();
  options.mtbf_hours = 8;
  CHECK(mistake_in(options) == "--mtbf-hours needs --checkpoint-seconds");
  options.mtbf_hours.reset();
  options.restart_seconds = 60;
  CHECK(mistake_in(options) == "--restart-seconds needs --mtbf-hours");
  options.restart_seconds.reset();
  options.checkpoint_seconds = 60;
  CHECK(mistake_in(options) == "--checkpoint-seconds needs --mtbf-hours");
  CHECK(mistake_in(with_failures(0, 60, 60)) == "--mtbf-hours is 0, expected 0 < x <= 1e+18");
  CHECK(mistake_in(with_failures(8, -1, 60)) ==
        "--checkpoint-seconds is -1, expected 0 <= x <= 1e+18");
  for (const double tokens : {0.0, -1.0, std::nan(""), HUGE_VAL, 1e19}) {
    options = {};
    options.tokens = tokens;
    CHECK_THAT(mistake_in(options), Catch::StartsWith("--tokens is "));
  }
}

TEST_CASE("only what is asked for stands in a result", "[run_cost]") {
  const RunCostOptions plain = a_day();
  CHECK(run_cost_json(plain, cost_of(plain)) ==
        Json({{"tokens", 86400000}, {"days", 1}, {"gpu_hours", 240}}));
  CHECK(run_cost_text(plain, cost_of(plain)) ==
        "The whole run\n"
        "  Tokens            86.400 M\n"
        "  Training          1.00 days\n"
        "  GPU hours         240.00\n");
  RunCostOptions all = with_failures(8, 288, 600);
  all.price_per_hour = 2;
  all.power_per_gpu = 500;
  const AnswerCosts costs{all, {cost_of(all), cost_of(all)}};
  CHECK(run_cost_header(costs) ==
        ",run_cost.days,run_cost.checkpoint_interval,run_cost.goodput,run_cost.days_with_failures,"
        "run_cost.failures,run_cost.gpu_hours,run_cost.dollars,run_cost.energy");
  CHECK(run_cost_json(all, costs.of[0]).size() == 1 + kRunCostRows.size());
  const std::string cells = run_cost_cells(costs, 1);
  CHECK(std::count(cells.begin(), cells.end(), ',') == kRunCostRows.size());
  CHECK(run_cost_header({}).empty());
  CHECK(run_cost_table(costs, 20) ==
        "The whole run\n"
        "   #          days  checkpoint_interval       goodput  days_with_failures      failures"
        "     gpu_hours       dollars        energy\n"
        "   0          1.00              3883.20        84.73%                1.18          3.54"
        "        283.24        566.49          0.14\n"
        "   1          1.00              3883.20        84.73%                1.18          3.54"
        "        283.24        566.49          0.14\n");
  CHECK_THAT(
      run_cost_text(all, costs.of[0]),
      Catch::Contains("  Goodput           84.73%, with a checkpoint after every 64.7 min of "
                      "training\n  With failures     1.18 days, 3.54 failures\n"));
}

}  // namespace calculon::test
