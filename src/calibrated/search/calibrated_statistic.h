#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calculon/calibrated/calibrated_stats.h"

namespace calculon {

// One figure of an answer of the calibrated methodology, by its dotted name in the statistics file:
// "sample_rate", "time.bubble", "memory.peak". One of the members is set.
struct CalibratedStatistic {
  std::string name;
  Unit unit;
  std::string_view help;
  double CalibratedStats::*figure = nullptr;
  double StepTime::*time = nullptr;
  double DeviceNeed::*memory = nullptr;

  double of(const CalibratedStats& stats) const {
    return figure ? stats.*figure : time ? stats.time.*time : stats.memory.*memory;
  }
};

// The one result that is a word: whether the memory suffices.
inline constexpr std::string_view kVerdictName = "memory.verdict";

// All but those of single stages, in the order of the file.
const std::vector<CalibratedStatistic>& calibrated_statistics();

// Throws InputError naming the nearest one if there is none of this name.
const CalibratedStatistic& calibrated_statistic(std::string_view name);

}  // namespace calculon
