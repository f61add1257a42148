#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrated/search/calibrated_search.h"
#include "study/points/point_list.h"

namespace calculon {

// A rejected execution, with what it needs and what there is where these are numbers.
struct RejectedExecution {
  CalibratedExecution execution;
  std::string_view rule;
  std::string words;
  double needed;
  double available;
};

// The answer to a point of the calibrated model, of a search or of one execution.
struct CalibratedAnswer {
  RuleTally tally;                           // of all that were tried
  std::int64_t kept = 0;                     // good ones that satisfy `where`
  std::vector<RankedExecution> best;         // best first
  std::optional<RejectedExecution> closest;  // if none is kept and some were rejected
  bool interrupted = false;
};

inline bool is_calibrated(const PointTask& task) {
  return methodology_of(task) == Methodology::kCalibrated;
}

// An execution of a calibrated search takes about as long as so many of a published one.
inline constexpr std::int64_t kWorkOfCalibrated = 300;

// REQUIRE a task of this model. Throw InputError.
CalibratedAnswer evaluate_calibrated_point(const PointTask& task);
CalibratedAnswer search_calibrated_point(const PointTask& task, int threads,
                                         const std::atomic<bool>& stop, const Progress& progress);

}  // namespace calculon
