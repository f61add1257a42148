#include "measured/table_errors.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <memory>

#include "base/json_reader.h"
#include "support/findings.h"
#include "support/measured_runs.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

// A run and its prediction, made up.
struct MadeUpRuns {
  System system;
  std::vector<std::unique_ptr<MeasuredRun>> runs;
  std::vector<PredictedRun> predicted;

  MeasuredRun& add(const std::string& name, double measured, double seconds,
                   MemoryVerdict verdict = MemoryVerdict::kFits) {
    auto& run = *runs.emplace_back(std::make_unique<MeasuredRun>());
    run.system = name;
    run.seconds = measured;
    predicted.push_back({&run, &system, {seconds, 0, 0, verdict}, {3.5, 12, ""}});
    return run;
  }
};

void check_figures(const std::string& where, const ErrorSummary& summary, const Json& expected,
                   Findings& findings) {
  findings.add_unless(expected["n"] == summary.n, where + " n");
  for (const ErrorFigure& figure : kErrorFigures) {
    const double value = expected[std::string(figure.name)].get<double>();
    findings.add_unless(
        std::fabs(summary.*figure.member - value) <= 1e-6 * std::fabs(value),
        fmt::format("{} {}: {}, expected {}", where, figure.name, summary.*figure.member, value));
  }
}

// The figures of a group that the golden file has.
int check_group(const std::string& start, const GroupErrors& group, const Json& golden,
                Findings& findings) {
  int checked = 0;
  for (std::size_t i = 0; i < kEnumSize<MeasuredQuantity>; ++i) {
    const auto quantity = static_cast<MeasuredQuantity>(i);
    const std::string key = fmt::format("{}{}{}", enum_name(quantity), start, group.name);
    const ErrorSummary& summary = summary_of(group, quantity);
    findings.add_unless(golden.contains(key) == (summary.n > 0), key + " is there or not");
    if (golden.contains(key)) {
      check_figures(key, summary, golden[key], findings);
      ++checked;
    }
  }
  const std::string key = fmt::format("verdict{}{}", start, group.name);
  if (golden.contains(key)) {
    const VerdictCounts& verdict = group.verdict;
    const Json counts = {{"n", verdict.n},
                         {"right", verdict.right},
                         {"false_fits", verdict.false_fits},
                         {"false_does_not_fit", verdict.false_does_not_fit}};
    findings.add_unless(golden[key] == counts, key);
    ++checked;
  }
  return checked;
}

}  // namespace

TEST_CASE("errors are summed up by size, and the bias with signs", "[measured]") {
  const ErrorSummary four = summarize({-4, 1, 3, -2});
  CHECK(four.n == 4);
  CHECK(four.mean == Approx(2.5));
  CHECK(four.median == Approx(2.5));
  CHECK(four.p90 == Approx(4));  // 0.9 x 3 = 2.7 is nearest to the last
  CHECK(four.max == Approx(4));
  CHECK(four.bias == Approx(-0.5));
  CHECK(summarize({5, 6, -7}).median == Approx(6));
  CHECK(summarize({1, 2, 3, 4, 5, 6}).p90 == Approx(5));  // 4.5 is rounded to the even 4
  std::vector<double> sixteen(16);
  for (std::size_t i = 0; i < sixteen.size(); ++i) {
    sixteen[i] = static_cast<double>(i);
  }
  CHECK(summarize(sixteen).p90 == Approx(14));  // 13.5 to the even 14
  CHECK(summarize({}).n == 0);
  CHECK(summarize({-3}).p90 == Approx(3));
}

TEST_CASE("rows count where their use lets them", "[measured]") {
  MadeUpRuns made;
  made.add("b", 10, 11);
  made.add("a", 10, 8).flag = "data:odd";
  made.add("a", 10, 30).use.time = false;
  made.add("a", 10, 20).seconds.reset();
  const auto groups = errors_by(made.predicted, RunGrouping::kSystem);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].name == "a");
  CHECK(groups[0].time.n == 1);
  CHECK(groups[0].time.bias == Approx(-20));
  CHECK(groups[0].stated.nine_of_ten == 0);
  CHECK(groups[1].time.mean == Approx(10));
  CHECK(groups[1].stated.typical == 0);
  CHECK(groups[1].stated.nine_of_ten == 1);
  CHECK(errors_of_all(made.predicted).time.mean == Approx(15));
  CHECK(errors_of_unflagged(made.predicted).time.n == 1);
  const auto worst = worst_runs(made.predicted, 5);
  REQUIRE(worst.size() == 2);
  CHECK(worst[0]->run->system == "a");
}

TEST_CASE("a verdict is right if what fits ran, and nothing else", "[measured]") {
  MadeUpRuns made;
  const auto add = [&](RunOutcome outcome, MemoryVerdict verdict) {
    made.add("x", 1, 1, verdict).outcome = outcome;
  };
  add(RunOutcome::kRan, MemoryVerdict::kFits);
  add(RunOutcome::kRan, MemoryVerdict::kFitsBarely);
  add(RunOutcome::kRan, MemoryVerdict::kDoesNotFit);
  add(RunOutcome::kOom, MemoryVerdict::kFits);
  add(RunOutcome::kOom, MemoryVerdict::kFitsBarely);
  add(RunOutcome::kOom, MemoryVerdict::kDoesNotFit);
  made.runs.back()->use.labels = false;
  const VerdictCounts verdict = errors_of_all(made.predicted).verdict;
  CHECK(verdict.n == 5);
  CHECK(verdict.right == 2);
  CHECK(verdict.false_fits == 1);
  CHECK(verdict.false_does_not_fit == 2);
}

TEST_CASE("runs have a group of each kind", "[measured]") {
  MeasuredRun run;
  const auto name = [&](RunGrouping grouping) { return group_name(run, grouping); };
  run.system = "ci/gb200-mcore-ci";
  run.source = "NVIDIA/Megatron-LM tests/x.json @abc";
  CHECK(name(RunGrouping::kSystem) == "ci/gb200-mcore-ci");
  CHECK(name(RunGrouping::kProcessor) == "gb200");
  CHECK(name(RunGrouping::kPrecision) == "16 bit");
  CHECK(name(RunGrouping::kKind) == "dense");
  CHECK(name(RunGrouping::kSource) == "NVIDIA/Megatron-LM");
  run.system = "/home/me/h100_mine.json";
  run.source.clear();
  run.execution.gemm_datatype = Datatype::kFloat4;
  run.model.details.num_experts = 8;
  CHECK(name(RunGrouping::kProcessor) == "h100");
  CHECK(name(RunGrouping::kPrecision) == "float4");
  CHECK(name(RunGrouping::kKind) == "mixture");
  CHECK(name(RunGrouping::kSource) == "not named");
}

TEST_CASE("the bundled tables sum up to their golden figures", "[measured][golden]") {
  const Json golden = Json::parse(source_text("tests/golden/measured.json.gz"));
  Findings findings;
  for (const auto& [table, figures] : golden.items()) {
    const auto& runs = measured_runs(table).predicted.runs;
    int checked = 0;
    for (const GroupErrors& group : errors_by(runs, RunGrouping::kSystem)) {
      checked += check_group(":", group, figures, findings);
    }
    checked += check_group("_", errors_of_all(runs), figures, findings);
    checked += check_group("_", errors_of_unflagged(runs), figures, findings);
    CHECK(checked == static_cast<int>(figures.size()));
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
