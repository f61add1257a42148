#include "search/keeper.h"

#include <algorithm>
#include <cmath>

namespace calculon {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Whether a is at least as good as b in everything.
bool covers(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] < b[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void ParetoSet::offer(std::int64_t index, std::vector<double> scores) {
  offer({std::move(scores), index});
}

void ParetoSet::offer(const Point& point) {
  for (const Point& kept : points_) {
    if (covers(kept.scores, point.scores) &&
        (kept.scores != point.scores || kept.index < point.index)) {
      return;
    }
  }
  std::erase_if(points_, [&](const Point& kept) { return covers(point.scores, kept.scores); });
  points_.push_back(point);
}

void ParetoSet::merge(const ParetoSet& other) {
  for (const Point& point : other.points_) {
    offer(point);
  }
}

std::vector<Candidate> ParetoSet::sorted() const {
  std::vector<Candidate> list;
  for (const Point& point : points_) {
    list.push_back({point.scores.front(), 0, point.index});
  }
  std::sort(list.begin(), list.end(), [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.index < b.index;
  });
  return list;
}

void Keeper::offer(const Stats& stats, std::int64_t index) {
  for (const StatFilter& filter : options_->where) {
    if (!filter.accepts(stats)) {
      return;
    }
  }
  ++scored_;
  const double score = options_->rank_by.score(stats);
  note(score);
  if (options_->pareto.empty()) {
    top_.offer({score, tie_break(stats), index});
  } else {
    std::vector<double> scores;
    for (const StatOrder& order : options_->pareto) {
      scores.push_back(order.score(stats));
    }
    pareto_.offer(index, std::move(scores));
  }
}

void Keeper::offer(Candidate candidate) {
  if (std::isnan(candidate.score)) {
    candidate.score = -kInfinity;
    worst_score_ = -kInfinity;
  }
  top_.offer(candidate);
}

void Keeper::merge(const Keeper& other) {
  scored_ += other.scored_;
  skipped_ += other.skipped_;
  worst_score_ = std::min(worst_score_, other.worst_score_);
  for (std::size_t i = 0; i < bin_counts_.size(); ++i) {
    bin_counts_[i] += other.bin_counts_[i];
  }
  top_.merge(other.top_);
  pareto_.merge(other.pareto_);
}

void Keeper::count_in_bin(double score) {
  const auto& edges = options_->bin_edges;
  const auto bin =
      std::isnan(score) ? 0 : std::upper_bound(edges.begin(), edges.end(), score) - edges.begin();
  ++bin_counts_[static_cast<std::size_t>(bin)];
}

double Keeper::tie_break(const Stats& stats) const {
  const double tie_break = options_->least_first ? -(stats.*options_->least_first->member) : 0;
  return std::isnan(tie_break) ? -kInfinity : tie_break;
}

std::vector<Candidate> Keeper::sorted() const {
  return options_->pareto.empty() ? top_.sorted() : pareto_.sorted();
}

}  // namespace calculon
