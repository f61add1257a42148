#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "measured/predict.h"

namespace calculon {

// How well predictions put runs in order that differ in parallelism only: the same system, model,
// processors, batch and kernels, split in another way. Runs with a flag, and groups of fewer than
// three runs, do not count.
struct RankingFigures {
  std::string system;  // "all" for those of all systems
  std::int64_t groups = 0;
  std::int64_t runs = 0;
  double correlation = 0;          // Spearman's, mean over the groups
  double mean_regret_percent = 0;  // how much slower the run is that would have been chosen
  double max_regret_percent = 0;
};

// Spearman's rank correlation of two lists of the same size; equal values share their ranks.
// Nothing where one list has equal values only.
std::optional<double> rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

// For each system that has such groups, and for all; empty if there are none.
std::vector<RankingFigures> rank_runs(const std::vector<PredictedRun>& runs);

}  // namespace calculon
