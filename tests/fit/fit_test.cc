#include "fit/fit.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "base/interrupted.h"
#include "fit/constant_choice.h"
#include "fit/gauss_newton.h"
#include "support/input_error_of.h"
#include "support/measured_fit.h"

namespace calculon::test {
namespace {

const std::atomic<bool> kNeverStop{false};
const std::vector<std::string> kStacks = {"h100-80g-composer", "h100-80g-nemo",
                                          "a100-80g-composer"};

// So many rows in an order of their own for each `seed`, and the others behind them.
std::vector<FitRow> shuffled(std::vector<FitRow> rows, unsigned seed) {
  std::mt19937 random(seed);
  for (std::size_t i = rows.size(); i > 1; --i) {
    std::swap(rows[i - 1], rows[random() % i]);
  }
  return rows;
}

std::vector<FitRow> first_rows(const std::vector<FitRow>& rows, std::size_t count) {
  return {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count)};
}

// The same rows with other measured times.
template <class Change>
std::vector<FitRow> remeasured(std::vector<FitRow> rows, const Change& change) {
  for (FitRow& row : rows) {
    row.measured_seconds = change(row);
  }
  return rows;
}

FitResult fit_all(const std::vector<FitRow>& rows, const Calibration& start, int threads = 1) {
  FitOptions options;
  options.threads = threads;
  options.leave_one_out = true;
  return fit(rows, default_constants(rows, start), start, options, kNeverStop);
}

// A time that is a constant with known slope: `factor` times that constant to `power`.
FitRow power_row(double Calibration::*member, double factor, double power, double measured) {
  FitRow row;
  row.measured_seconds = measured;
  row.seconds = [=](const Calibration& c) { return factor * std::pow(c.*member, power); };
  return row;
}

std::vector<std::string_view> names_of(const std::vector<const FitConstant*>& constants) {
  std::vector<std::string_view> names;
  for (const FitConstant* constant : constants) {
    names.push_back(constant->name);
  }
  return names;
}

std::string refusal(const std::vector<std::string_view>& names, const StackRuns& runs) {
  return input_error_of([&] { named_constants(names, runs.rows, runs.start); });
}

}  // namespace

// With one row and one constant of slope -1 the least objective is where the robust error and the
// distance from the start pull alike: y / sqrt(1 + (y / 0.05)^2) = 2.25e-4 * (x - x0).
TEST_CASE("one constant of one row ends where error and distance balance", "[fit]") {
  const Calibration start;  // slowdown 1
  const std::vector<FitRow> rows = {power_row(&Calibration::slowdown, 1, 1, 1.2)};
  const FitConstant* slowdown = find_fit_constant("slowdown");
  const FitResult result = fit(rows, {&slowdown, 1}, start, {}, kNeverStop);
  const double moved = std::log(result.constants[0].after);
  const double error = moved - std::log(1.2);
  CHECK(moved == Approx(std::log(1.2)).epsilon(0.001));
  CHECK(-error / std::sqrt(1 + std::pow(error / 0.05, 2)) == Approx(2.25e-4 * moved).epsilon(0.05));
  CHECK(result.objective == Approx(2 * 0.0025 * (std::sqrt(1 + std::pow(error / 0.05, 2)) - 1) +
                                   2.25e-4 * moved * moved)
                                .epsilon(0.001));
  CHECK(result.seconds_left_out.empty());
}

TEST_CASE("a fit never ends above where it began, and within its bounds", "[fit]") {
  for (const std::string& name : kStacks) {
    const StackRuns runs = stack_runs(name);
    for (const double factor : {0.3, 1.0, 4.0}) {
      const auto rows =
          remeasured(runs.rows, [&](const FitRow& row) { return factor * row.measured_seconds; });
      const auto constants = default_constants(rows, runs.start);
      const FitProblem problem(rows, constants, runs.start, 1);
      FitPoint point = problem.point(problem.start());
      const double before = problem.objective(point);
      const GaussNewtonResult result = minimize(problem, point, kNoRow, kNeverStop);
      INFO(name << " times " << factor);
      CHECK(result.objective <= before);
      CHECK(result.objective == problem.objective(problem.point(result.point.x)));
      std::size_t touched = 0;
      for (std::size_t j = 0; j < constants.size(); ++j) {
        CHECK(result.point.x[j] >= problem.lower(j));
        CHECK(result.point.x[j] <= problem.upper(j));
        touched += result.point.x[j] == problem.lower(j) || result.point.x[j] == problem.upper(j);
      }
      CHECK((factor == 1 || touched > 0));  // no machine is so fast or slow
    }
  }
}

TEST_CASE("no step of a fit raises the objective", "[fit]") {
  const StackRuns runs = stack_runs("a100-80g-composer");
  const auto constants = default_constants(runs.rows, runs.start);
  const FitProblem problem(runs.rows, constants, runs.start, 1);
  // From each point on the way a further search goes on downwards, or stays.
  FitPoint point = problem.point(problem.start());
  double objective = problem.objective(point);
  for (int i = 0; i < 3; ++i) {
    const GaussNewtonResult result = minimize(problem, point, kNoRow, kNeverStop);
    CHECK(result.objective <= objective);
    objective = result.objective;
    point = problem.point(result.point.x);
  }
}

TEST_CASE("a fit to predictions gives their constants back", "[fit]") {
  for (const std::string& name : kStacks) {
    const StackRuns runs = stack_runs(name);
    const auto constants = default_constants(runs.rows, runs.start);
    Calibration truth = runs.start;
    double factor = 0.9;
    for (const FitConstant* constant : constants) {
      truth.*constant->member *= factor;
      factor = 2.05 - factor;  // some are larger, some smaller
    }
    truth.host_kernel_seconds = 120e-6;  // more than the other work of some runs
    const auto rows = remeasured(runs.rows, [&](const FitRow& row) { return row.seconds(truth); });
    const FitResult result = fit(rows, constants, runs.start, {}, kNeverStop);
    INFO(name);
    CHECK(mean_error(rows, result.seconds_after) < 0.2);
    // The last ones have so little effect on these runs that they hardly leave their start.
    for (std::size_t j = 0; j < 4; ++j) {
      const FittedConstant& each = result.constants[j];
      INFO(each.constant->name);
      CHECK(each.after == Approx(truth.*each.constant->member).epsilon(0.08));
    }
    const FitResult again = fit(rows, constants, truth, {}, kNeverStop);
    CHECK(mean_error(rows, again.seconds_after) < 0.2);
  }
}

TEST_CASE("a fit is the same for any number of threads", "[fit]") {
  const StackRuns runs = stack_runs("h100-80g-nemo");
  const auto rows = first_rows(shuffled(runs.rows, 3), 60);
  const FitResult one = fit_all(rows, runs.start, 1);
  const FitResult three = fit_all(rows, runs.start, 3);
  CHECK(one.calibration == three.calibration);
  CHECK(one.objective == three.objective);
  CHECK(one.iterations == three.iterations);
  CHECK(one.seconds_after == three.seconds_after);
  CHECK(one.seconds_left_out == three.seconds_left_out);
}

// Of 400 orders of each stack there are five of all in which they hurt: mostly where a single run
// tells the host's time, and tells it wrong.
TEST_CASE("ten runs help, or hurt little, on the runs that a fit has not seen", "[fit]") {
  constexpr std::size_t kRuns = 10;
  for (const std::string& name : kStacks) {
    const StackRuns runs = stack_runs(name);
    double before = 0;
    double after = 0;
    for (unsigned seed = 21; seed <= 40; ++seed) {
      const auto rows = shuffled(runs.rows, seed);
      const std::vector<FitRow> rest(rows.begin() + kRuns, rows.end());
      const FitResult result = fit_all(first_rows(rows, kRuns), runs.start);
      const double unfitted = mean_error(rest, predicted_seconds(rest, runs.start));
      const double fitted = mean_error(rest, predicted_seconds(rest, result.calibration));
      INFO(name << ", order " << seed);
      CHECK(fitted < unfitted + 2);
      before += unfitted / 20;
      after += fitted / 20;
    }
    INFO(name << ": " << before << " -> " << after);
    CHECK(after < before);
  }
}

TEST_CASE("a fit stops when the user wants it to", "[fit]") {
  const StackRuns runs = stack_runs("a100-80g-composer");
  const std::atomic<bool> stop{true};
  const auto constants = default_constants(runs.rows, runs.start);
  CHECK_THROWS_AS(fit(runs.rows, constants, runs.start, {}, stop), Interrupted);
}

TEST_CASE("what is fitted follows from the number of runs and what they exercise", "[fit]") {
  using Names = std::vector<std::string_view>;
  const StackRuns runs = stack_runs("h100-80g-nemo");
  const auto dense = [&] {
    auto rows = runs.rows;
    std::erase_if(rows, [](const FitRow& row) { return row.experts || row.cuda_graphs; });
    return rows;
  }();
  REQUIRE(dense.size() > 10);
  CHECK(names_of(default_constants(first_rows(dense, 1), runs.start)) == Names{"slowdown"});
  CHECK(names_of(default_constants(first_rows(dense, 2), runs.start)) == Names{"slowdown"});
  CHECK(default_constants(first_rows(dense, 9), runs.start).size() == 3);
  const auto ten = names_of(default_constants(first_rows(dense, 10), runs.start));
  CHECK(ten.size() <= 5);
  CHECK(std::count(ten.begin(), ten.end(), "expert_permute_scale") == 0);
  const auto without = names_of(
      default_constants(first_rows(dense, 10), runs.start, Names{"gemm_efficiency_16bit"}));
  CHECK(std::count(without.begin(), without.end(), "gemm_efficiency_16bit") == 0);
  CHECK(names_of(default_constants(runs.rows, runs.start)).size() == 8);

  auto graphs = first_rows(runs.rows, 20);
  graphs[3].cuda_graphs = true;
  const auto captured = names_of(default_constants(graphs, runs.start));
  CHECK(std::count(captured.begin(), captured.end(), "host_kernel_seconds") == 0);
}

TEST_CASE("constants that runs cannot tell are refused", "[fit]") {
  const StackRuns runs = stack_runs("a100-80g-composer");  // dense, 16 bit, no pipeline
  CHECK_THAT(refusal({"gemm_efficency_16bit"}, runs),
             Catch::StartsWith("--constants: 'gemm_efficency_16bit' is no constant that can be "
                               "fitted, expected gemm_efficiency_16bit, ") &&
                 Catch::EndsWith("slowdown or clock_scale"));
  CHECK(refusal({"slowdown", "slowdown"}, runs) == "--constants: 'slowdown' is named twice");
  CHECK(refusal({"slowdown", "gemm_efficiency_float8"}, runs) ==
        "--constants: gemm_efficiency_float8 has no effect on any of the 35 measured runs, so that "
        "they cannot tell it");
  CHECK(refusal({"pipeline_engine_seconds"}, runs) != "(no error)");
  std::vector<std::string_view> all;
  for (const FitConstant& constant : kFitConstants) {
    all.push_back(constant.name);
  }
  CHECK(refusal(all, runs) == "--constants: 15 are named, expected at most 10");
  StackRuns two = runs;
  two.rows.resize(2);
  CHECK(refusal({"slowdown", "step_seconds", "elementwise_scale"}, two) ==
        "--constants: 3 are named, but only 2 measured runs are there to fit them to");
  CHECK(named_constants(std::vector<std::string_view>{"slowdown", "step_seconds"}, runs.rows,
                        runs.start)
            .size() == 2);
}

TEST_CASE("every constant that may be fitted is one, with bounds around its default", "[fit]") {
  const Calibration neutral;
  for (const FitConstant& constant : kFitConstants) {
    INFO(constant.name);
    REQUIRE(constant.member != nullptr);
    CHECK(constant.least < constant.most);
    const double start = start_of(constant, neutral);
    CHECK(start >= constant.least);
    CHECK(start <= constant.most);
    const double value = neutral.*constant.member;
    CHECK((value == 0 ? start == kLeastFitted : start == value));
  }
  CHECK(find_fit_constant("processor_units") == nullptr);
}

}  // namespace calculon::test
