#include "text/search_report.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/source_tree.h"
#include "support/tiny_search.h"
#include "text/csv_report.h"
#include "text/json_report.h"

namespace calculon::test {
namespace {

std::vector<RankedStrategy> best_three() {
  SearchOptions options;
  options.top_n = 3;
  return tiny_search().search(options).best;
}

}  // namespace

TEST_CASE("counts are told in the published lines", "[report]") {
  Tally tally;
  tally.total = 4;
  tally.good = 4;
  tally.reject({Reason::kTier1Capacity, 20, 10}, 6, 0);
  CHECK(counts_text(tally, 4) ==
        "Total executions: 10\nGood executions: 4\nBad executions: 6\n"
        "Calculation rate: 2.50 calcs/sec");
  CHECK_THAT(counts_text(tally, 0), Catch::EndsWith("Calculation rate: 0.00 calcs/sec"));
}

TEST_CASE("reasons come with count and closest execution, the most frequent first", "[report]") {
  const StrategySpace& space = tiny_search().space;
  CHECK(bad_reasons_text(Tally{}, space).empty());
  Tally tally;
  tally.reject({Reason::kNetworkTooSmall, 16, 8, 1}, 3, 0);
  tally.reject({Reason::kTier1Capacity, 3e9, 2e9}, 12345, space.size() - 1);
  const auto lines = lines_of(bad_reasons_text(tally, space));
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "Why bad:");
  CHECK(lines[1] == "        12,345  tier-1 memory");
  CHECK(lines[2] == "                closest: " + describe({Reason::kTier1Capacity, 3e9, 2e9}));
  CHECK_THAT(lines[3], Catch::StartsWith("                by tp 8 pp 1 dp 1 nets "));
  CHECK(lines[4] == "             3  network tier too small");
  CHECK(lines[5] ==
        "                closest: network tier 1 is too small: it connects 8 processors, 16 are "
        "needed");
  CHECK_THAT(lines[6], Catch::StartsWith("                by tp 1 pp "));
}

TEST_CASE("the table has a line per result, and fits a terminal", "[report]") {
  const auto lines =
      lines_of(best_table(best_three(), tiny_search().transformer, tiny_search().system, false));
  REQUIRE(lines.size() > 4);
  CHECK_THAT(lines[0], Catch::StartsWith("all: "));
  for (const std::string& line : lines) {
    CHECK(line.size() <= 80);
  }
  CHECK_THAT(lines[lines.size() - 4], Catch::StartsWith(" # "));
  CHECK_THAT(lines.back(), Catch::StartsWith(" 2 "));
  const auto table = [](const std::vector<RankedStrategy>& best, bool color) {
    return best_table(best, tiny_search().transformer, tiny_search().system, color);
  };
  CHECK(lines_of(table({}, false)).size() == 1);
  CHECK(table({}, true).starts_with("\x1b[1m"));
  CHECK(table({}, true).ends_with("\x1b[0m\n"));
  CHECK(table(best_three(), false).find('\x1b') == std::string::npos);
}

TEST_CASE("a fitted table shows what differs and drops what matters least", "[report]") {
  const std::vector<FittedColumn> columns = {{"#", {"0", "1"}},
                                             {"TP", {"4", "8"}, false, true},
                                             {"kind", {"same", "same"}, true, true},
                                             {"words", {"a long cell", "b"}, true, false, 2},
                                             {"rate", {"1.5", "10.25"}, false, false, 1}};
  CHECK(fitted_table(columns, kAnyWidth, false) ==
        "all: kind same\n # TP words        rate\n 0  4 a long cell   1.5\n 1  8 b           "
        "10.25\n");
  CHECK(fitted_table(columns, 20, false) ==
        "all: kind same\n # TP  rate\n 0  4   1.5\n 1  8 10.25\n");
  CHECK(fitted_table(columns, 8, false) == "all: kind same\n # TP\n 0  4\n 1  8\n");
}

TEST_CASE("executions whose groups cross the border of a tier are marked in the table",
          "[report]") {
  std::vector<RankedStrategy> best = best_three();
  System system = tiny_search().system;
  system.networks[0].size = 6;
  system.networks[0].must_be_filled = false;
  for (RankedStrategy& ranked : best) {
    ranked.strategy.num_procs = 8;
    ranked.strategy.tensor_par = 2;
    ranked.strategy.tensor_par_net = 0;
    ranked.strategy.pipeline_par_net = ranked.strategy.data_par_net = 1;
  }
  const auto plain = lines_of(best_table(best, tiny_search().transformer, system, false));
  best[1].strategy.tensor_par = 4;
  const auto lines = lines_of(best_table(best, tiny_search().transformer, system, false));
  REQUIRE(lines.size() > plain.size());
  CHECK(lines.back() == " * with groups that cross the border of a network tier");
  CHECK_THAT(lines[lines.size() - 4], Catch::StartsWith(" 0   2 "));
  CHECK_THAT(lines[lines.size() - 3], Catch::StartsWith(" 1*  4 "));
  CHECK_THAT(lines[lines.size() - 2], Catch::StartsWith(" 2   2 "));
}

TEST_CASE("the best as JSON: by rank, with layers if asked", "[report]") {
  const auto best = best_three();
  const TinySearch& tiny = tiny_search();
  const Json json = best_json(best, tiny.transformer, tiny.system, false);
  REQUIRE(json.size() == 3);
  for (std::size_t i = 0; i < best.size(); ++i) {
    const Json& entry = json.at(std::to_string(i));
    CHECK(entry.size() == 2);
    CHECK(entry.at("execution") == to_json(best[i].strategy));
    CHECK(entry.at("stats") == to_json(best[i].stats, Preset::kCalculon));
    CHECK(entry.at("stats").size() == 96);
  }
  const Json with_layers = best_json(best, tiny.transformer, tiny.system, true);
  CHECK(with_layers.at("0").at("stats").size() == 97);
  CHECK_FALSE(with_layers.at("0").at("stats").at("layers").empty());
  CHECK(best_json({}, tiny.transformer, tiny.system, true).dump() == "{}");
}

TEST_CASE("the best as CSV: the rank in a first column without a name", "[report]") {
  const auto best = best_three();
  const auto lines = lines_of(best_csv(best, Preset::kCalculon));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "," + CsvColumns::all(Preset::kCalculon).header());
  CHECK(lines[1].starts_with("0,8,"));
  CHECK(lines[3].starts_with("2,8,"));
  for (const std::string& line : lines) {
    CHECK(std::count(line.begin(), line.end(), ',') == 23 + 96);
  }
  CHECK(best_csv({}, Preset::kCalculon) ==
        "," + CsvColumns::all(Preset::kCalculon).header() + "\n");
}

TEST_CASE("a table and reasons of mixtures have their degrees and tiers", "[report]") {
  const TinySearch& tiny = tiny_moe_searches().front();
  const auto best = tiny.search().best;
  const auto lines = lines_of(best_table(best, tiny.transformer, tiny.system, false, kAnyWidth));
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Catch::Contains(" EP ES XDP nets "));
  Tally tally;
  tally.reject({Reason::kNetworkTooSmall, 16, 8, 1}, 3, tiny.space.size() - 1);
  CHECK_THAT(lines_of(bad_reasons_text(tally, tiny.space)).at(3),
             Catch::Matches(" +by tp 2 pp 2 dp 2 ep 2 es 2 nets 1/1/1/0/1/1 interleaving 2 .*"));
  CHECK(lines_of(best_csv(best, Preset::kCalculonMoe)).at(0) ==
        "," + CsvColumns::all(Preset::kCalculonMoe).header());
  const Json json = best_json(best, tiny.transformer, tiny.system, true);
  CHECK(json.at("0").at("execution").size() == 33);
  CHECK(json.at("0").at("stats").size() == 122 + 1);
  std::size_t exchanges = 0;
  for (const Json& layer : json.at("0").at("stats").at("layers")) {
    exchanges += layer.at("name").get<std::string>().find("All2All") != std::string::npos ? 1 : 0;
  }
  CHECK(exchanges == 2);
}

}  // namespace calculon::test
