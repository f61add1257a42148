#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "calculon/base/files.h"
#include "support/findings.h"
#include "support/golden_file.h"
#include "support/golden_search.h"
#include "support/temp_folder.h"
#include "text/json_report.h"

namespace calculon::test {
namespace {

constexpr auto kDense = "dense-search.json";
constexpr auto kMoe = "moe-search.json";

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

// The published searches of mixtures leave the activation function out.
std::string execution_settings(Json execution) {
  execution.erase("activation_function");
  return python_literal(execution);
}

// Each golden execution is among the best with the golden figures and, up to the order within a
// tie, at its golden rank.
void compare_top(const GoldenSearch& golden, const std::vector<RankedStrategy>& best,
                 Findings& findings) {
  std::map<std::string, std::size_t> rank_of;
  for (std::size_t i = 0; i < best.size(); ++i) {
    rank_of.emplace(execution_settings(to_json(best[i].strategy)), i);
  }
  for (std::size_t i = 0; i < golden.top.size(); ++i) {
    const Json& row = golden.top[i];
    const auto found = rank_of.find(execution_settings(row["execution"]));
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

void compare_search(const GoldenSearch& golden, bool exhaustive, Findings& findings) {
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

// The first sample rates of a list that differ.
std::vector<double> different_rates(const std::vector<RankedStrategy>& best, std::size_t count) {
  constexpr double kSame = 1e-12;
  std::vector<double> rates;
  for (const RankedStrategy& ranked : best) {
    const double rate = ranked.stats.sample_rate;
    if (rates.size() < count && (rates.empty() || rate < rates.back() * (1 - kSame))) {
      rates.push_back(rate);
    }
  }
  return rates;
}

}  // namespace

TEST_CASE("every golden search has the published counts and the published best", "[search]") {
  Findings findings;
  const auto dense = golden_searches(kDense, "searches");
  const auto moe = golden_searches(kMoe, "searches");
  REQUIRE(dense.size() == 13);
  REQUIRE(moe.size() == 18);
  for (const auto& searches : {dense, moe}) {
    for (const GoldenSearch& golden : searches) {
      compare_search(golden, false, findings);
      if (golden.total < 1'000'000 || golden.command.empty()) {
        compare_search(golden, true, findings);
      }
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("--distinct leaves the different sample rates of a golden search", "[search]") {
  for (GoldenSearch golden : golden_searches(kMoe, "searches")) {
    INFO(golden.id);
    golden.options.distinct = true;
    const SearchResult result = search_like(golden, false);
    CHECK(result.tally.total < golden.total);
    const auto rates = different_rates(result.best, golden.distinct_rates.size());
    REQUIRE(rates.size() == golden.distinct_rates.size());
    for (std::size_t i = 0; i < rates.size(); ++i) {
      CHECK(agrees(rates[i], golden.distinct_rates[i]));
    }
  }
}

TEST_CASE("every golden space has the published size", "[search]") {
  const auto dense = golden_searches(kDense, "counts");
  const auto moe = golden_searches(kMoe, "counts");
  REQUIRE(dense.size() == 6);
  REQUIRE(moe.size() == 17);
  for (const auto& searches : {dense, moe, golden_searches(kMoe, "searches")}) {
    for (const GoldenSearch& golden : searches) {
      INFO(golden.id);
      const StrategySpace space = golden.space();
      CHECK((golden.break_microbatches ? space.size_with_first_microbatch() : space.size()) ==
            golden.total);
      if (space.moe()) {
        CHECK(space.num_combinations() == golden.work_units);
      }
    }
  }
}

TEST_CASE("a golden search that died of a microbatch has an answer", "[search]") {  // M27
  std::size_t answered = 0;
  std::int64_t good = 0;
  for (const GoldenSearch& golden : golden_searches(kMoe, "aborts")) {
    if (golden.reason != "T10") {
      continue;
    }
    ++answered;
    INFO(golden.id);
    const SearchResult result = search_like(golden, false);
    good += result.tally.good;
    CHECK(result.tally.total == golden.space().size());
    const auto& died = result.tally.bad[static_cast<std::size_t>(Reason::kTokensNotDivided)];
    REQUIRE(died.count > 0);
    const Strategy cause = golden.space().at(died.closest_index);
    CHECK(cause.microbatch_size * golden.transformer.seq_size % cause.tensor_par != 0);
  }
  CHECK(answered == 2);
  CHECK(good > 0);
}

TEST_CASE("other golden searches without a result are refused", "[search]") {
  const std::map<std::string, std::string> messages = {
      {"E", "calculon: num_procs is 12, expected a multiple of the 8 experts, "},
      {"E1",
       "H100_80g.json: matrix lacks the datatype 'bfloat16', it has float8, float16 or float4\n"},
      {"E2", "H100_80g.json: vector.float4.tflops is 0, so nothing can be computed with it\n"},
  };
  const TempFolder folder;
  const TempFolder inputs;
  std::size_t refused = 0;
  for (const GoldenSearch& golden : golden_searches(kMoe, "aborts")) {
    if (golden.reason == "T10") {
      continue;
    }
    ++refused;
    INFO(golden.id);
    constexpr std::size_t kSystem = 5;
    Arguments arguments = search_arguments(golden, folder.file("out.csv"));
    std::string& system = arguments.at(kSystem);
    system = inputs.write(std::filesystem::path(system).filename().string(),
                          as_published(read_text_file(system)));
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::Contains(messages.at(golden.reason)));
    CHECK(folder.names().empty());
  }
  CHECK(refused == 3);
}

}  // namespace calculon::test
