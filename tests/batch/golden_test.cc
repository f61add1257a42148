#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "calculon/block/layer_stats.h"
#include "calculon/block/parameter_count.h"
#include "calculon/model/evaluate.h"
#include "support/findings.h"
#include "support/golden_file.h"
#include "support/preset_rows.h"
#include "support/program.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// The golden file of a preset, with how many cases of each kind it has and its names of the
// reasons for rejection, as far as a single evaluation has them.
struct GoldenSet {
  Preset preset;
  std::string file;
  std::size_t feasible;
  std::size_t layers;
  std::size_t infeasible;
  std::size_t wrong;
  std::array<std::string_view, 7> rules;

  const std::vector<GoldenCase>& cases() const { return golden_file(file).cases; }
};

const std::vector<GoldenSet>& golden_sets() {
  static const std::vector<GoldenSet> kSets = {
      {Preset::kCalculon,
       "dense.jsonl.gz",
       1110,
       60,
       345,
       58,
       {"I1", "I2", "I3", "I4", "I5", "I6", "I7"}},
      {Preset::kCalculonMoe,
       "moe.jsonl.gz",
       888,
       38,
       168,
       140 + 4,
       {"T2", "T3", "T7", "T8", "T9", "E3", "E4"}},
  };
  return kSets;
}

void compare(const std::string& where, std::string_view field, double got, const Json& expected,
             Findings& findings) {
  if (agrees(got, expected)) {
    return;
  }
  const double value = expected.is_null() ? std::nan("") : expected.get<double>();
  const double gap = std::fabs(got - value) / std::max(std::fabs(got), std::fabs(value));
  findings.add(
      fmt::format("{} {}: got {}, expected {}, gap {}", where, field, got, expected.dump(), gap));
}

template <class Record, class Fields>
void compare_row(const std::string& where, const Record& record, const Fields& fields,
                 const Json& row, std::size_t first, Findings& findings) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    compare(where, fields[i].name, record.*fields[i].member, row[first + i], findings);
  }
}

void compare_layers(const GoldenCase& golden, Findings& findings) {
  const Strategy strategy = golden.strategy_file().strategy;
  const auto layers =
      layer_stats(golden.transformer(), golden.machine(), strategy, strategy.optimizer_shards());
  const Json& rows = golden.stats.back();
  REQUIRE(layers.size() == rows.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    REQUIRE(std::string(layers[i].name) == rows[i][0]);
    compare_row(fmt::format("{} {}", golden.id, layers[i].name), layers[i], kLayerStatsFields,
                rows[i], 1, findings);
  }
}

Outcome<Stats> evaluate(const GoldenCase& golden) {
  return calculon::evaluate(golden.transformer(), golden.machine(), golden.strategy_file());
}

std::string outcome_text(const Outcome<Stats>& outcome) {
  return outcome ? "feasible" : describe(outcome.error());
}

void check_cases(std::size_t cases, std::size_t expected, const Findings& findings) {
  CHECK(cases == expected);
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace

TEST_CASE("the columns of the golden files are the rows of the field tables", "[batch]") {
  for (const GoldenSet& set : golden_sets()) {
    const GoldenFile& file = golden_file(set.file);
    CHECK(file.cases.size() == set.feasible + set.infeasible + set.wrong);
    const auto fields = stats_of(set.preset);
    REQUIRE(file.statistics.size() == fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      CHECK(file.statistics[i] == fields[i].name);
    }
    REQUIRE(file.layer_statistics.size() == kLayerStatsFields.size() + 1);
    for (std::size_t i = 0; i < kLayerStatsFields.size(); ++i) {
      CHECK(file.layer_statistics[i + 1] == kLayerStatsFields[i].name);
    }
  }
}

TEST_CASE("every feasible golden case has the published statistics", "[batch]") {
  for (const GoldenSet& set : golden_sets()) {
    Findings findings;
    std::size_t cases = 0;
    const auto fields = stats_of(set.preset);
    for (const GoldenCase& golden : set.cases()) {
      if (!golden.error.empty()) {
        continue;
      }
      ++cases;
      const auto outcome = evaluate(golden);
      if (!outcome) {
        findings.add(fmt::format("{}: {}", golden.id, outcome_text(outcome)));
        continue;
      }
      compare_row(golden.id, *outcome, fields, golden.stats, 0, findings);
    }
    check_cases(cases, set.feasible, findings);
  }
}

TEST_CASE("every golden case with layers has the published ones", "[block]") {
  for (const GoldenSet& set : golden_sets()) {
    Findings findings;
    std::size_t cases = 0;
    for (const GoldenCase& golden : set.cases()) {
      if (golden.layers && golden.error.empty()) {
        compare_layers(golden, findings);
        ++cases;
      }
    }
    check_cases(cases, set.layers, findings);
  }
}

TEST_CASE("every infeasible golden case has the published reason", "[batch]") {
  for (const GoldenSet& set : golden_sets()) {
    Findings findings;
    std::size_t cases = 0;
    for (const GoldenCase& golden : set.cases()) {
      if (golden.error != "infeasible") {
        continue;
      }
      ++cases;
      const auto outcome = evaluate(golden);
      findings.add_unless(
          !outcome &&
              set.rules.at(static_cast<std::size_t>(outcome.error().reason)) == golden.reason,
          fmt::format("{}: {}, expected {}", golden.id, outcome_text(outcome), golden.reason));
    }
    check_cases(cases, set.infeasible, findings);
  }
}

TEST_CASE("every golden usage mistake or fault is an input error", "[batch]") {
  for (const GoldenSet& set : golden_sets()) {
    std::size_t cases = 0;
    for (const GoldenCase& golden : set.cases()) {
      if (golden.error == "usage" || golden.error == "fault") {
        ++cases;
        INFO(golden.id << " breaks " << golden.reason);
        CHECK_THROWS_AS(evaluate(golden), InputError);
      }
    }
    CHECK(cases == set.wrong);
  }
}

TEST_CASE("every golden mixture of experts has its number of parameters", "[block]") {
  Findings findings;
  std::size_t cases = 0;
  for (const GoldenCase& golden : golden_file("moe.jsonl.gz").cases) {
    if (golden.total_weight_params.is_null()) {
      continue;
    }
    ++cases;
    const double total =
        count_parameters(golden.transformer(), golden.strategy_file().strategy).total;
    findings.add_unless(
        total == golden.total_weight_params.get<double>(),
        fmt::format("{}: {}, expected {}", golden.id, total, golden.total_weight_params.dump()));
  }
  check_cases(cases, 888, findings);
}

TEST_CASE("every golden report is printed to the letter, behind the summary", "[report]") {
  const TempFolder folder;
  std::size_t cases = 0;
  for (const GoldenCase& golden : golden_file("moe.jsonl.gz").cases) {
    if (golden.report.empty()) {
      continue;
    }
    ++cases;
    INFO(golden.id);
    const ProgramResult result =
        run_program({"llm", folder.write("model.json", golden.model_text()),
                     folder.write("execution.json", golden.execution.dump()),
                     folder.write("system.json", as_published(golden.system_text())), "-"});
    REQUIRE(result.status == 0);
    const auto begin = result.out.find(std::string(80, '='));
    REQUIRE(begin != std::string::npos);
    CHECK_THAT(result.out, Catch::StartsWith("Summary\n"));
    CHECK(result.out.substr(begin) == golden.report);
  }
  CHECK(cases == 12);
}

}  // namespace calculon::test
