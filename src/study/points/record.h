#pragma once

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "calculon/search/search.h"
#include "study/points/point_list.h"
#include "study/points/point_work.h"
#include "study/spec/study.h"

namespace calculon {

// What is known of a point once it is computed, as one line of JSON (docs/studies.md, "Files").

struct RecordLine {
  std::string text;      // without its line break; empty: `stop` cut the point short
  double best_rate = 0;  // the best sample rate; 0: none
};

// Computes points together: one queue of work for all threads, whether there are many small points
// or one that is large; points of one model and system share block profiles. In order.
std::vector<RecordLine> compute_points(const Study& study, std::span<const std::size_t> indices,
                                       const std::vector<PointEntry>& entries,
                                       const ComputeOptions& options, const std::atomic<bool>& stop,
                                       const Progress& progress);

}  // namespace calculon
