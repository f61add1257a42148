#pragma once

#include <cstdint>
#include <vector>

#include "calculon/base/top_n.h"
#include "calculon/search/search.h"

namespace calculon {

// What a search remembers of a good strategy until the end, when the few that are left are
// evaluated again for all their statistics.
struct Candidate {
  double score = 0;  // larger is better
  std::int64_t index = 0;
};

// The non-dominated set under several orders. Of strategies that are equal in all of them the
// first by index is kept.
class ParetoSet {
 public:
  explicit ParetoSet(const std::vector<StatOrder>& orders) : orders_(&orders) {}

  void offer(std::int64_t index, const Stats& stats);
  void merge(const ParetoSet& other);
  // By the first order, best first.
  std::vector<Candidate> sorted() const;

 private:
  struct Point {
    std::vector<double> scores;
    std::int64_t index;
  };
  void offer(const Point& point);

  const std::vector<StatOrder>* orders_;
  std::vector<Point> points_;
};

// Keeps the best of the good strategies by what the options ask for.
class Keeper {
 public:
  explicit Keeper(const SearchOptions& options)
      : options_(&options), top_(options.top_n), pareto_(options.pareto) {}

  // Whether the sample rate alone decides, so that no other statistic has to be computed.
  static bool needs_rate_only(const SearchOptions& options) {
    return options.where.empty() && options.pareto.empty() &&
           options.rank_by.field == &statistic("sample_rate");
  }

  void offer_rate(double sample_rate, std::int64_t index) {
    ++kept_;
    if (sample_rate >= top_.threshold()) {
      top_.offer({sample_rate, index});
    }
  }
  void skip(std::int64_t count) { kept_ += count; }
  void offer(const Stats& stats, std::int64_t index);
  void merge(const Keeper& other);

  double threshold() const { return top_.threshold(); }
  std::int64_t kept() const { return kept_; }
  std::vector<Candidate> sorted() const;

 private:
  const SearchOptions* options_;
  std::int64_t kept_ = 0;
  TopN<Candidate> top_;
  ParetoSet pareto_;
};

}  // namespace calculon
