#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "calculon/base/top_n.h"
#include "calculon/search/search_types.h"

namespace calculon {

// What a search remembers of a good strategy until the end, when the few that are left are
// evaluated again for all their statistics.
struct Candidate {
  double score = 0;        // larger is better
  double tie_break = 0;    // of equal scores, larger is better
  std::int64_t index = 0;  // then smaller
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
      : options_(&options),
        bin_counts_(options.bin_edges.empty() ? 0 : options.bin_edges.size() + 1),
        top_(options.top_n),
        pareto_(options.pareto) {}

  // Whether the sample rate alone decides, so that no other statistic has to be computed.
  static bool needs_rate_only(const SearchOptions& options) {
    return options.where.empty() && options.pareto.empty() &&
           options.rank_by.field == &statistic("sample_rate");
  }

  // Counts a good strategy; whether its rate can enter the top list, so that offer() makes sense.
  bool count_rate(double sample_rate) {
    ++kept_;
    note(sample_rate);
    return sample_rate >= top_.threshold();
  }
  void offer(const Candidate& candidate) { top_.offer(candidate); }
  void offer(const Stats& stats, double sample_rate, std::int64_t index) {
    top_.offer({sample_rate, tie_break(stats), index});
  }
  void skip(std::int64_t count) { kept_ += count; }
  // Counts a good strategy and keeps it if it is good enough.
  void offer(const Stats& stats, std::int64_t index);
  void merge(const Keeper& other);

  double worst_score() const { return worst_score_; }
  const std::vector<std::int64_t>& bin_counts() const { return bin_counts_; }
  double threshold() const { return top_.threshold(); }
  std::int64_t kept() const { return kept_; }
  std::vector<Candidate> sorted() const;

 private:
  void note(double score) {
    worst_score_ = std::min(worst_score_, score);
    if (!options_->bin_edges.empty()) {
      count_in_bin(score);
    }
  }
  void count_in_bin(double score);
  double tie_break(const Stats& stats) const;

  const SearchOptions* options_;
  std::int64_t kept_ = 0;
  double worst_score_ = std::numeric_limits<double>::infinity();
  std::vector<std::int64_t> bin_counts_;
  TopN<Candidate> top_;
  ParetoSet pareto_;
};

}  // namespace calculon
