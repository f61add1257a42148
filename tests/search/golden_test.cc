// Searches of the published tool.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

#include "report/json_report.h"
#include "support/findings.h"
#include "support/golden_file.h"
#include "support/golden_search.h"

namespace calculon::test {
namespace {

SearchResult search_like(const GoldenSearch& golden, bool exhaustive) {
  SearchOptions options;
  options.top_n = 200;  // the golden list may end in the middle of a tie
  options.threads = 2;
  options.break_microbatches = golden.break_microbatches;
  options.exhaustive = exhaustive;
  std::atomic<bool> stop{false};
  const StrategySpace space = golden.space();
  return search(golden.transformer, golden.system, space, options, stop, [](std::int64_t) {});
}

bool same_figures(const Stats& stats, const Json& row) {
  return agrees(stats.sample_rate, row["sample_rate"]) &&
         agrees(stats.total_time, row["total_time"]) &&
         agrees(stats.proc_mem_tier1_cap_req, row["proc_mem_tier1_cap_req"]);
}

// Each golden execution is among the best with the golden figures and, up to the order within a
// tie, at its golden rank.
void compare_top(const GoldenSearch& golden, const std::vector<RankedStrategy>& best,
                 Findings& findings) {
  std::map<std::string, std::size_t> rank_of;
  for (std::size_t i = 0; i < best.size(); ++i) {
    rank_of.emplace(python_literal(to_json(best[i].strategy)), i);
  }
  for (std::size_t i = 0; i < golden.top.size(); ++i) {
    const Json& row = golden.top[i];
    const auto found = rank_of.find(python_literal(row["execution"]));
    if (found == rank_of.end()) {
      findings.add(fmt::format("{}: golden rank {} is not among the best", golden.id, i));
      continue;
    }
    findings.add_unless(same_figures(best[found->second].stats, row),
                        fmt::format("{}: other figures at golden rank {}", golden.id, i));
    findings.add_unless(agrees(best[i].stats.sample_rate, row["sample_rate"]),
                        fmt::format("{}: another sample rate at rank {}", golden.id, i));
  }
}

}  // namespace

TEST_CASE("every golden search has the published counts and the published best", "[search]") {
  Findings findings;
  REQUIRE(golden_searches().size() == 13);
  for (const GoldenSearch& golden : golden_searches()) {
    for (const bool exhaustive : {false, true}) {
      INFO(golden.id);
      const SearchResult result = search_like(golden, exhaustive);
      CHECK(result.tally.total == golden.total);
      CHECK(result.tally.good == golden.good);
      CHECK(result.tally.num_bad() == golden.bad);
      REQUIRE(result.best.size() >= golden.top.size());
      if (golden.best_sample_rate.is_null()) {
        CHECK(result.best.empty());
      } else {
        CHECK(agrees(result.best.front().stats.sample_rate, golden.best_sample_rate));
      }
      compare_top(golden, result.best, findings);
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every golden space has the published size", "[search]") {
  REQUIRE(golden_counts().size() == 6);
  for (const GoldenSearch& golden : golden_counts()) {
    INFO(golden.id);
    const StrategySpace space = golden.space();
    CHECK((golden.break_microbatches ? space.size_with_first_microbatch() : space.size()) ==
          golden.total);
  }
}

}  // namespace calculon::test
