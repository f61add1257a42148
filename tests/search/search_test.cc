// The fast walk against strategies that are evaluated one by one.
#include "calculon/search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <set>

#include "support/input_error_of.h"
#include "support/source_tree.h"
#include "support/tiny.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

// The best by score, equal scores in the order of enumeration.
std::string best_by_hand(const std::vector<Execution>& executions, const SearchOptions& options) {
  std::vector<const Execution*> good;
  for (const Execution& execution : executions) {
    if (execution.outcome) {
      good.push_back(&execution);
    }
  }
  std::stable_sort(good.begin(), good.end(), [&](const Execution* a, const Execution* b) {
    return options.rank_by.score(*a->outcome) > options.rank_by.score(*b->outcome);
  });
  good.resize(std::min(options.top_n, good.size()));
  std::vector<RankedStrategy> best;
  for (const Execution* execution : good) {
    best.push_back({execution->index, execution->strategy, *execution->outcome});
  }
  return ranks_text(best);
}

SearchOptions best_20(bool break_microbatches) {
  SearchOptions options;
  options.top_n = 20;
  options.break_microbatches = break_microbatches;
  return options;
}

}  // namespace

TEST_CASE("a search finds what evaluating every strategy finds", "[search]") {
  for (const TinySearch* tiny : every_tiny_search()) {
    const std::vector<Execution> all = tiny->enumerate();
    for (const bool breaks : {false, true}) {
      if (breaks && tiny->space.moe()) {
        continue;  // mixtures of experts have no -m
      }
      INFO(tiny->name << (breaks ? ", -m" : ""));
      SearchOptions options = best_20(breaks);
      const std::vector<Execution> executions = breaks ? break_microbatches(all) : all;
      const SearchResult result = tiny->search(options);
      CHECK(tally_text(result.tally) == tally_text(tally_of(executions)));
      CHECK(result.kept == result.tally.good);
      CHECK_FALSE(result.interrupted);
      const std::string best = best_by_hand(executions, options);
      CHECK(ranks_text(result.best) == best);
      options.exhaustive = true;
      CHECK(ranks_text(tiny->search(options).best) == best);
      options.rank_by = parse_stat_order("proc_mem_tier1_cap_req");
      CHECK(ranks_text(tiny->search(options).best) == best_by_hand(executions, options));
    }
  }
}

TEST_CASE("the tiny searches meet every reason that a search space allows", "[search]") {
  Tally all;
  std::int64_t good = 0;
  for (const TinySearch* tiny : every_tiny_search()) {
    const Tally tally = tiny->search().tally;
    good += tally.good;
    all.merge(tally);
  }
  CHECK(good > 1000);
  // Interleavings are divisors of the blocks to begin with, degrees of the attention heads.
  const std::set<Reason> impossible = {Reason::kInterleavingTooLarge,
                                       Reason::kInterleavingNotDivisor, Reason::kNoAttention};
  for (std::size_t i = 0; i < all.bad.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    INFO(enum_name(reason));
    CHECK((all.bad[i].count > 0) == !impossible.contains(reason));
  }
}

TEST_CASE("the best carry their strategy and all their statistics", "[search]") {
  const std::vector<Execution> executions = tiny_search().enumerate();
  const SearchResult result = tiny_search().search(best_20(false));
  REQUIRE(result.best.size() == 20);
  for (const RankedStrategy& ranked : result.best) {
    const Execution& execution = executions[static_cast<std::size_t>(ranked.index)];
    CHECK(ranked.strategy == execution.strategy);
    CHECK(same_bits(ranked.stats, *execution.outcome));
  }
}

TEST_CASE("any number of threads finds the same", "[search]") {  // S3
  for (const TinySearch* tiny : every_tiny_search()) {
    SearchOptions options = best_20(!tiny->space.moe());
    const SearchResult alone = tiny->search(options);
    for (const int threads : {2, 3, 8}) {
      INFO(tiny->name << " on " << threads);
      options.threads = threads;
      const SearchResult result = tiny->search(options);
      CHECK(tally_text(result.tally) == tally_text(alone.tally));
      CHECK(ranks_text(result.best) == ranks_text(alone.best));
    }
  }
}

TEST_CASE("searches made together find what each finds alone", "[search]") {
  const SearchOptions options = best_20(false);
  const TinySearch& first = tiny_search();
  std::deque<StrategySpace> spaces;  // over one model and system, which share profiles
  std::vector<SearchTask> tasks;
  for (const std::int64_t num_procs : {4, 6, 8, 16}) {
    SpaceOptions space = first.options;
    space.num_procs = num_procs;
    spaces.emplace_back(first.transformer, first.system, space);
    tasks.push_back({first.transformer, first.system, spaces.back(), options});
  }
  for (const TinySearch* tiny : every_tiny_search()) {
    tasks.push_back({tiny->transformer, tiny->system, tiny->space, options});
  }
  for (const int threads : {1, 3}) {
    std::atomic<bool> stop{false};
    const auto together = search_all(tasks, threads, stop, [](std::int64_t) {});
    REQUIRE(together.size() == tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const SearchResult alone = search(tasks[i].transformer, tasks[i].system, tasks[i].space,
                                        options, stop, [](std::int64_t) {});
      CHECK(tally_text(together[i].tally) == tally_text(alone.tally));
      CHECK(ranks_text(together[i].best) == ranks_text(alone.best));
      CHECK_FALSE(together[i].interrupted);
    }
  }
}

TEST_CASE("of equal rates the least of a statistic can come first", "[search]") {
  const TinySearch& tiny = tiny_search();
  SearchOptions options = best_20(false);
  options.least_first = &statistic("proc_mem_tier1_cap_req");
  const auto key = [](const Stats& s) {
    return std::pair(-s.sample_rate, s.proc_mem_tier1_cap_req);
  };
  std::vector<std::pair<double, double>> expected;
  for (const Execution& execution : tiny.enumerate()) {
    if (execution.outcome) {
      expected.push_back(key(*execution.outcome));
    }
  }
  std::sort(expected.begin(), expected.end());
  expected.resize(20);
  std::vector<std::pair<double, double>> found;
  for (const RankedStrategy& ranked : tiny.search(options).best) {
    found.push_back(key(ranked.stats));
  }
  CHECK(found == expected);
}

TEST_CASE("scores are counted in bins", "[search]") {
  const TinySearch& tiny = tiny_search();
  SearchOptions options;
  options.exhaustive = true;
  const SearchResult range = tiny.search(options);
  const double best = range.best.front().stats.sample_rate;
  options.bin_edges = {range.worst_score, best / 2, best};
  std::vector<std::int64_t> expected(4);
  for (const Execution& execution : tiny.enumerate()) {
    if (execution.outcome) {
      const double rate = execution.outcome->sample_rate;
      const auto& edges = options.bin_edges;
      ++expected[static_cast<std::size_t>(
          std::count_if(edges.begin(), edges.end(), [&](double edge) { return edge <= rate; }))];
    }
  }
  CHECK(expected[0] == 0);
  CHECK(tiny.search(options).bin_counts == expected);
}

TEST_CASE("most of what is good is counted without being timed", "[search]") {
  const Transformer transformer = read_transformer(source_path("models/gpt3-175B.json"));
  const System system = read_system(source_path("systems/a100_80g.json"));
  SpaceOptions space_options;
  space_options.num_procs = space_options.max_batch_size = 64;
  const TinySearch gpt3("GPT-3 on 64 processors", transformer, system, space_options);
  SearchOptions options;  // of one thread, so that the number of skipped ones is always the same
  options.top_n = 10;
  const SearchResult result = gpt3.search(options);
  const std::int64_t timed = result.kept - result.skipped;
  CHECK(result.tally.good > 500'000);
  CHECK(result.skipped > result.tally.good / 10 * 9);
  CHECK(timed >= 10);
  CHECK(timed + result.skipped + result.tally.num_bad() == gpt3.space.size());

  options.exhaustive = true;
  const SearchResult exhaustive = gpt3.search(options);
  CHECK(exhaustive.skipped == 0);
  CHECK(exhaustive.kept == result.kept);
  CHECK(ranks_text(exhaustive.best) == ranks_text(result.best));
}

TEST_CASE("a top list longer than what is good holds all of it", "[search]") {
  SearchOptions options;
  options.top_n = 1'000'000;
  const SearchResult result = tiny_search().search(options);
  CHECK(static_cast<std::int64_t>(result.best.size()) == result.tally.good);
}

TEST_CASE("a feedforward that a degree does not divide is bad, not an error", "[search]") {  // F4
  const TinySearch& tiny = tiny_searches()[2];
  REQUIRE(tiny.transformer.feedforward % 8 != 0);
  const Tally tally = tiny.search().tally;
  const auto& split = tally.bad[static_cast<std::size_t>(Reason::kSplitNotDivisor)];
  CHECK(split.count > 0);
  CHECK(describe(split.closest) ==
        "tensor parallelism 8 does not divide the model's feedforward 764");
  CHECK(tiny.space.at(split.closest_index).tensor_par == 8);
}

TEST_CASE("an unbounded bandwidth requirement is bad, not an error", "[search]") {  // U72, G3
  const Tally tally = tiny_searches()[3].search().tally;
  CHECK(tally.bad[static_cast<std::size_t>(Reason::kNoOffloadWindow)].count > 0);
  CHECK(tally.good > 0);
}

TEST_CASE("a datatype that the system lacks is refused before the search", "[search]") {  // F4
  SpaceOptions options;
  options.datatype = Datatype::kFloat8;
  const TinySearch tiny("float8", tiny_transformer(), tiny_system(), options);
  const std::string message = input_error_of([&] { tiny.search(); });
  CHECK_THAT(message, Catch::Contains("float8"));
}

TEST_CASE("a search that is stopped says so", "[search]") {
  std::atomic<bool> stop{true};
  const TinySearch& tiny = tiny_search();
  const SearchResult result = calculon::search(tiny.transformer, tiny.system, tiny.space,
                                               SearchOptions{}, stop, [](std::int64_t) {});
  CHECK(result.interrupted);
  CHECK(result.tally.total == 0);
  CHECK(result.best.empty());
}

}  // namespace calculon::test
