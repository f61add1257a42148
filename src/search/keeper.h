#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "calculon/base/top_n.h"
#include "calculon/search/search_types.h"

namespace calculon {

// What a search keeps of the good strategies. Each thread has a Keeper of its own, which is merged
// into another at the end; the result is the same however the strategies were dealt out.

// What is remembered of a strategy until the few that are left are evaluated again for all their
// statistics.
struct Candidate {
  double score = 0;        // larger is better
  double tie_break = 0;    // of equal scores, larger is better
  std::int64_t index = 0;  // in the space; of equal ones the smaller is better
};

// The non-dominated set under several scores: no strategy of the space is at least as good in all
// of them and better in one. Of strategies that are equal in all, the first by index is kept.
class ParetoSet {
 public:
  // REQUIRES equally many scores each time, larger ones better.
  void offer(std::int64_t index, std::vector<double> scores);
  // REQUIRES a set under the same scores.
  void merge(const ParetoSet& other);
  // By the first score, best first.
  std::vector<Candidate> sorted() const;

 private:
  struct Point {
    std::vector<double> scores;
    std::int64_t index;
  };
  void offer(const Point& point);

  std::vector<Point> points_;
};

// Keeps the best of the good strategies by what the options ask for, and counts all of them. Each
// good strategy has to be told once, in one of three ways:
//
//   offer(stats, index)       all its statistics are known: for every kind of search
//   count_rate(rate)          only its sample rate is known; offer(candidate) follows if it returns
//                             true. REQUIRES needs_rate_only(options).
//   skip(count)               nothing is known but that its rate is below threshold(). REQUIRES
//                             needs_rate_only(options).
class Keeper {
 public:
  // The options have to outlive the keeper.
  explicit Keeper(const SearchOptions& options)
      : options_(&options),
        bin_counts_(options.bin_edges.empty() ? 0 : options.bin_edges.size() + 1),
        top_(options.top_n) {}

  // Whether the sample rate alone decides, so that no other statistic has to be computed.
  static bool needs_rate_only(const SearchOptions& options) {
    return options.where.empty() && options.pareto.empty() &&
           options.rank_by.field == &statistic("sample_rate");
  }

  void offer(const Stats& stats, std::int64_t index);

  // Returns whether the rate can enter the top list. So can what is no number: times past the range
  // of a double are kept, and refused in the end, where there is nothing better.
  bool count_rate(double sample_rate) {
    ++scored_;
    note(sample_rate);
    return !(sample_rate < top_.threshold());
  }
  void offer(Candidate candidate);
  // How a strategy stands to others of the same score.
  double tie_break(const Stats& stats) const;

  void skip(std::int64_t count) { skipped_ += count; }

  // REQUIRES a keeper of the same options.
  void merge(const Keeper& other);

  // The score below which nothing enters the top list any more; -infinity while there is room.
  double threshold() const { return top_.threshold(); }
  // How many good strategies satisfy the options' `where`, and how many of these were skipped.
  std::int64_t kept() const { return scored_ + skipped_; }
  std::int64_t skipped() const { return skipped_; }
  // Of those that were not skipped.
  double worst_score() const { return worst_score_; }
  const std::vector<std::int64_t>& bin_counts() const { return bin_counts_; }
  // The top list or the non-dominated set, best first.
  std::vector<Candidate> sorted() const;

 private:
  void note(double score) {
    worst_score_ = std::min(worst_score_, score);  // not of what is no number
    if (!options_->bin_edges.empty()) {
      count_in_bin(score);
    }
  }
  void count_in_bin(double score);

  const SearchOptions* options_;
  std::int64_t scored_ = 0;
  std::int64_t skipped_ = 0;
  double worst_score_ = std::numeric_limits<double>::infinity();
  std::vector<std::int64_t> bin_counts_;
  TopN<Candidate> top_;
  ParetoSet pareto_;
};

}  // namespace calculon
