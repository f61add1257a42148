// Whatever happens to a table, its rows are read or told, and nothing else happens.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "calculon/base/input_error.h"
#include "fuzz/dice.h"
#include "measured/predict.h"
#include "support/findings.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

// Some rows of each bundled table.
std::vector<std::string> samples() {
  constexpr std::size_t kStep = 120;
  std::vector<std::string> tables;
  for (const char* name : {"calibration", "nanotron"}) {
    const auto lines = lines_of(source_text(fmt::format("examples/measured/{}.csv.gz", name)));
    std::string table = lines[0] + "\n";
    for (std::size_t i = 1; i < lines.size(); i += kStep) {
      table += lines[i] + "\n";
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

// Puts another text in place of a few bytes: what cells, quoting and numbers may go wrong with.
void damage_bytes(std::string& text, fuzz::Dice& dice) {
  const std::size_t at = dice.below(text.size());
  const std::size_t length = std::min(dice.below(4), text.size() - at);
  text.replace(at, length,
               dice.one_of({"",
                            ",",
                            "\"",
                            "\"\"",
                            "\n",
                            "\r\n",
                            "0",
                            "-1",
                            "1e308",
                            "nan",
                            "[",
                            "[]",
                            "[[1]]",
                            "{}",
                            "null",
                            "true",
                            "9007199254740993",
                            "\xff",
                            "\x01",
                            "float4",
                            "zero3",
                            "mla",
                            "execution.pipeline_layout",
                            "1e-320"}));
}

}  // namespace

TEST_CASE("no damage to a table does more than to reject rows", "[measured]") {
  constexpr int kRounds = 400;
  const auto tables = samples();
  SystemFiles systems({source_path("examples/measured/systems"), source_path("systems")});
  Findings findings;
  int refused = 0;
  std::size_t predicted = 0;
  std::size_t rejected = 0;
  for (int round = 0; round < kRounds; ++round) {
    fuzz::Dice dice(static_cast<std::uint64_t>(round));
    std::string text = dice.one_of(tables);
    for (std::size_t i = 1 + dice.below(40); i > 0; --i) {
      damage_bytes(text, dice);
    }
    try {
      const MeasuredTable table = parse_measured_table("x.csv", text, 1);
      const PredictedTable result = predict_table(table, systems, 1);
      predicted += result.runs.size();
      rejected += result.rejected.size();
      findings.add_unless(
          static_cast<std::size_t>(table.rows) == result.runs.size() + result.rejected.size(),
          fmt::format("round {}: rows are lost", round));
      for (const PredictedRun& each : result.runs) {
        findings.add_unless(each.prediction.seconds > 0 && each.prediction.seconds < 1e30,
                            fmt::format("round {}: {} s", round, each.prediction.seconds));
      }
    } catch (const InputError&) {
      ++refused;  // no table any more
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
  CHECK(refused < kRounds / 2);
  CHECK(predicted > 500);
  CHECK(rejected > 500);
}

}  // namespace calculon::test
