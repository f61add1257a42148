// The two engines of a search have one result.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "calculon/search/search.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

SearchResult plain(const TinySearch& tiny, const SearchOptions& options, int threads = 1) {
  std::atomic<bool> stop{false};
  return plain_search({tiny.transformer, tiny.system, tiny.space, options}, threads, stop,
                      [](std::int64_t) {});
}

// All of a result that does not depend on how it was found.
std::string result_text(const SearchResult& result) {
  std::string text = tally_text(result.tally) + ranks_text(result.best);
  text += fmt::format("kept {}\n", result.kept);
  for (const std::int64_t count : result.bin_counts) {
    text += fmt::format("bin {}\n", count);
  }
  return text;
}

void check_same(const TinySearch& tiny, const SearchOptions& options) {
  const SearchResult fast = tiny.search(options);
  const SearchResult slow = plain(tiny, options);
  CHECK(result_text(fast) == result_text(slow));
  REQUIRE(fast.best.size() == slow.best.size());
  for (std::size_t i = 0; i < fast.best.size(); ++i) {
    CHECK(fast.best[i].strategy == slow.best[i].strategy);
    CHECK(same_bits(fast.best[i].stats, slow.best[i].stats));
  }
}

}  // namespace

TEST_CASE("the plain search finds what the fast one finds", "[search]") {
  for (const TinySearch* tiny : every_tiny_search()) {
    INFO(tiny->name);
    SearchOptions options;
    options.top_n = 20;
    check_same(*tiny, options);
    if (!tiny->space.moe()) {
      options.break_microbatches = true;
      check_same(*tiny, options);
    }
  }
}

TEST_CASE("the plain search agrees on conditions, other orders and bins", "[search]") {
  for (const TinySearch* tiny : {&tiny_searches()[0], &tiny_moe_searches()[0]}) {
    INFO(tiny->name);
    SearchOptions by_memory;
    by_memory.top_n = 20;
    by_memory.rank_by = parse_stat_order("proc_mem_tier1_cap_req");
    by_memory.where = {parse_stat_filter("total_efficiency>0.01")};
    check_same(*tiny, by_memory);

    SearchOptions pareto;
    pareto.pareto = {parse_stat_order("sample_rate"), parse_stat_order("proc_mem_tier1_cap_req")};
    check_same(*tiny, pareto);

    SearchOptions binned;
    binned.exhaustive = true;
    binned.least_first = &statistic("proc_mem_tier1_cap_req");
    const SearchResult range = plain(*tiny, binned);
    CHECK(range.worst_score == tiny->search(binned).worst_score);
    const double best = range.best.front().stats.sample_rate;
    binned.bin_edges = {range.worst_score, best / 4, best / 2, best};
    check_same(*tiny, binned);
  }
}

TEST_CASE("any number of threads of a plain search finds the same", "[search]") {
  const TinySearch& tiny = tiny_moe_searches()[1];
  SearchOptions options;
  options.top_n = 20;
  const std::string alone = result_text(plain(tiny, options));
  for (const int threads : {2, 5}) {
    CHECK(result_text(plain(tiny, options, threads)) == alone);
  }
}

TEST_CASE("a plain search that is stopped says so", "[search]") {
  const TinySearch& tiny = tiny_search();
  const SearchOptions options;
  std::atomic<bool> stop{true};
  const SearchResult result = plain_search({tiny.transformer, tiny.system, tiny.space, options}, 1,
                                           stop, [](std::int64_t) {});
  CHECK(result.interrupted);
  CHECK(result.tally.total == 0);
}

}  // namespace calculon::test
