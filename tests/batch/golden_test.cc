#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "calculon/batch/evaluate.h"
#include "calculon/block/layer_stats.h"
#include "support/findings.h"
#include "support/golden_file.h"

namespace calculon::test {
namespace {

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

std::string outcome_text(const Outcome<Stats>& outcome) {
  return outcome ? "feasible" : describe(outcome.error());
}

// I1 is the first reason, I7 the last.
std::string rule_of(const Infeasible& infeasible) {
  return fmt::format("I{}", 1 + static_cast<int>(infeasible.reason));
}

}  // namespace

TEST_CASE("the columns of the golden file are the rows of the field tables", "[batch]") {
  const GoldenFile& file = golden_file();
  REQUIRE(file.cases.size() == 1513);
  REQUIRE(file.statistics.size() == kStatsFields.size());
  for (std::size_t i = 0; i < kStatsFields.size(); ++i) {
    CHECK(file.statistics[i] == kStatsFields[i].name);
  }
  REQUIRE(file.layer_statistics.size() == kLayerStatsFields.size() + 1);
  for (std::size_t i = 0; i < kLayerStatsFields.size(); ++i) {
    CHECK(file.layer_statistics[i + 1] == kLayerStatsFields[i].name);
  }
}

TEST_CASE("every feasible golden case has the published statistics", "[batch]") {
  Findings findings;
  std::size_t cases = 0;
  for (const GoldenCase& golden : golden_file().cases) {
    if (!golden.error.empty()) {
      continue;
    }
    ++cases;
    const auto outcome = evaluate(golden.transformer(), golden.machine(), golden.strategy_file());
    if (!outcome) {
      findings.add(fmt::format("{}: {}", golden.id, outcome_text(outcome)));
      continue;
    }
    compare_row(golden.id, *outcome, kStatsFields, golden.stats, 0, findings);
  }
  CHECK(cases == 1110);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every golden case with layers has the published ones", "[block]") {
  Findings findings;
  std::size_t cases = 0;
  for (const GoldenCase& golden : golden_file().cases) {
    if (golden.layers) {
      compare_layers(golden, findings);
      ++cases;
    }
  }
  CHECK(cases == 60);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every infeasible golden case has the published reason", "[batch]") {
  Findings findings;
  std::size_t cases = 0;
  for (const GoldenCase& golden : golden_file().cases) {
    if (golden.error != "infeasible") {
      continue;
    }
    ++cases;
    const auto outcome = evaluate(golden.transformer(), golden.machine(), golden.strategy_file());
    findings.add_unless(
        !outcome && rule_of(outcome.error()) == golden.reason,
        fmt::format("{}: {}, expected {}", golden.id, outcome_text(outcome), golden.reason));
  }
  CHECK(cases == 345);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every golden usage mistake is an input error", "[batch]") {
  std::size_t cases = 0;
  for (const GoldenCase& golden : golden_file().cases) {
    if (golden.error == "usage") {
      ++cases;
      INFO(golden.id << " breaks " << golden.reason);
      CHECK_THROWS_AS(evaluate(golden.transformer(), golden.machine(), golden.strategy_file()),
                      InputError);
    }
  }
  CHECK(cases == 58);
}

}  // namespace calculon::test
