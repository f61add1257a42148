// What a search keeps: conditions, rankings by any statistic, Pareto sets.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "calculon/search/search.h"
#include "support/tiny_search.h"

namespace calculon::test {
namespace {

using Indices = std::vector<std::int64_t>;

using Pointers = std::vector<const Execution*>;

// The good executions of the tiny search, in the order of enumeration.
const Pointers& good_ones() {
  static const std::vector<Execution> kAll = tiny_search().enumerate();
  static const Pointers kGood = [] {
    Pointers good;
    for (const Execution& execution : kAll) {
      if (execution.outcome) {
        good.push_back(&execution);
      }
    }
    return good;
  }();
  return kGood;
}

Indices indices_of(const std::vector<RankedStrategy>& best) {
  Indices indices;
  for (const RankedStrategy& ranked : best) {
    indices.push_back(ranked.index);
  }
  return indices;
}

Indices indices_of(const Pointers& executions) {
  Indices indices;
  for (const Execution* execution : executions) {
    indices.push_back(execution->index);
  }
  return indices;
}

// By a statistic, in the order of enumeration where it is equal.
Pointers sorted(Pointers executions, double Stats::*statistic, bool largest_first) {
  std::stable_sort(executions.begin(), executions.end(),
                   [=](const Execution* a, const Execution* b) {
                     const double x = (*a->outcome).*statistic;
                     const double y = (*b->outcome).*statistic;
                     return largest_first ? x > y : x < y;
                   });
  return executions;
}

Indices first(Indices indices, std::size_t count) {
  indices.resize(std::min(count, indices.size()));
  return indices;
}

SearchOptions ranked_by(std::string_view statistic) {
  SearchOptions options;
  options.top_n = 50;
  options.threads = 2;
  options.rank_by = parse_stat_order(statistic);
  return options;
}

double middle(double Stats::*statistic) {
  const Pointers executions = sorted(good_ones(), statistic, false);
  return (*executions[executions.size() / 2]->outcome).*statistic;
}

}  // namespace

TEST_CASE("ranking by a statistic is sorting by it, rates and efficiencies falling", "[search]") {
  struct Ranking {
    std::string_view name;
    double Stats::*statistic;
    bool largest_first;
  };
  for (const Ranking& ranking : std::vector<Ranking>{
           {"sample_rate", &Stats::sample_rate, true},
           {"total_efficiency", &Stats::total_efficiency, true},
           {"system_efficiency", &Stats::system_efficiency, true},
           {"total_time", &Stats::total_time, false},
           {"proc_mem_tier1_cap_req", &Stats::proc_mem_tier1_cap_req, false},
           {"bubble_time", &Stats::bubble_time, false},
           {"offload_mem_bw_req", &Stats::offload_mem_bw_req, false},
       }) {
    INFO(ranking.name);
    const auto expected = sorted(good_ones(), ranking.statistic, ranking.largest_first);
    CHECK(indices_of(tiny_search().search(ranked_by(ranking.name)).best) ==
          first(indices_of(expected), 50));
  }
}

TEST_CASE("conditions keep what filtering by hand keeps", "[search]") {
  const double rate = middle(&Stats::sample_rate);
  const double memory = middle(&Stats::proc_mem_tier1_cap_req);
  SearchOptions options = ranked_by("sample_rate");
  options.where = {
      {&statistic("sample_rate"), {Condition::Comparison::kLess, rate}},
      {&statistic("proc_mem_tier1_cap_req"), {Condition::Comparison::kGreaterEqual, memory}},
  };
  Pointers expected = good_ones();
  std::erase_if(expected, [&](const Execution* e) {
    return e->outcome->sample_rate >= rate || e->outcome->proc_mem_tier1_cap_req < memory;
  });
  REQUIRE_FALSE(expected.empty());
  const SearchResult result = tiny_search().search(options);
  CHECK(result.tally.good == static_cast<std::int64_t>(good_ones().size()));  // of all, as before
  CHECK(result.kept == static_cast<std::int64_t>(expected.size()));
  CHECK(indices_of(result.best) ==
        first(indices_of(sorted(expected, &Stats::sample_rate, true)), 50));
}

TEST_CASE("a condition that nothing meets leaves nothing", "[search]") {
  SearchOptions options;
  options.where = {parse_stat_filter("total_time<0")};
  const SearchResult result = tiny_search().search(options);
  CHECK(result.kept == 0);
  CHECK(result.best.empty());
  CHECK(result.tally.good > 0);
}

TEST_CASE("a Pareto set is what nothing else dominates", "[search]") {
  SearchOptions options;
  for (const auto* name : {"sample_rate", "proc_mem_tier1_cap_req", "proc_mem_tier2_cap_req"}) {
    options.pareto.push_back(parse_stat_order(name));
  }
  std::vector<std::vector<double>> scores;
  for (const Execution* execution : good_ones()) {
    auto& row = scores.emplace_back();
    for (const StatOrder& order : options.pareto) {
      row.push_back(order.score(*execution->outcome));
    }
  }
  const auto beaten = [&](std::size_t i) {
    for (std::size_t j = 0; j < scores.size(); ++j) {
      bool covers = true;
      for (std::size_t k = 0; k < scores[i].size(); ++k) {
        covers = covers && scores[j][k] >= scores[i][k];
      }
      if (covers && (scores[j] != scores[i] || j < i)) {
        return true;
      }
    }
    return false;
  };
  Pointers expected;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!beaten(i)) {
      expected.push_back(good_ones()[i]);
    }
  }
  REQUIRE(expected.size() > 3);
  for (const int threads : {1, 2, 3, 8}) {
    options.threads = threads;
    CHECK(indices_of(tiny_search().search(options).best) ==
          indices_of(sorted(expected, &Stats::sample_rate, true)));
  }
}

TEST_CASE("a Pareto set of one statistic is the first of the best", "[search]") {
  SearchOptions options;
  options.pareto = {parse_stat_order("total_time")};
  CHECK(indices_of(tiny_search().search(options).best) ==
        first(indices_of(sorted(good_ones(), &Stats::total_time, false)), 1));
}

}  // namespace calculon::test
