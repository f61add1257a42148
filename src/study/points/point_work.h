#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calculon/search/search.h"
#include "calculon/strategy/outcome.h"
#include "study/points/calibrated_point.h"
#include "study/points/point_list.h"
#include "study/spec/study.h"

namespace calculon {

// Points while they are computed: many at once, through one queue of work for all threads.

// How points are computed.
struct ComputeOptions {
  int threads = 1;
  std::string rows_folder;  // where `keep: all` writes its tables
};

// The search of one space of a point; most points have one.
struct SpaceSearch {
  std::shared_ptr<const StrategySpace> space;
  SearchOptions options;
  SearchResult result;
};

struct PointWork {
  std::size_t index = 0;  // in the study
  std::vector<Json> labels;
  PointTask task;
  std::deque<SpaceSearch> searches;
  std::optional<Outcome<Stats>> outcome;       // of an execution
  std::optional<CalibratedAnswer> calibrated;  // of a search or an execution of that model
  std::string error;                           // why it is invalid
  std::shared_ptr<const Refusal> refusal;      // why a measured run has no answer
  bool cut_short = false;
};

// How many executions the searches of a point kept.
std::int64_t kept_by(const PointWork& work);

// Scores of these, larger is better; meaningful if every one was evaluated.
struct ScoreRange {
  double worst;
  double best;
};
ScoreRange score_range(const PointWork& work);
// Boundary i of the bins between them, from 0.
double bin_edge(const ScoreRange& range, std::size_t i);

// The best of all its spaces, best first.
std::vector<const RankedStrategy*> ranked(const PointWork& work, std::size_t count);

// Computes points of a study, in order. Points of one model and system share block profiles.
std::vector<PointWork> compute_works(const Study& study, std::span<const std::size_t> indices,
                                     const std::vector<PointEntry>& entries,
                                     const ComputeOptions& options, const std::atomic<bool>& stop,
                                     const Progress& progress);

}  // namespace calculon
