#pragma once

#include <string_view>

#include "calculon/statistics/stats.h"

namespace calculon {

// A statistic to rank by: rates and efficiencies are better when larger, everything else when
// smaller.
struct StatOrder {
  const Field<Stats>* field = &statistic("sample_rate");

  bool larger_is_better() const {
    return field->unit == Unit::kRatio || field->unit == Unit::kSequencesPerSecond;
  }
  // Larger is better; a missing value is worst.
  double score(const Stats& stats) const;
};

// "proc_mem_tier1_cap_req<60e9": a statistic, one of < <= > >= == !=, and a number.
struct StatFilter {
  enum class Comparison { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };

  const Field<Stats>* field;
  Comparison comparison;
  double value;

  bool accepts(const Stats& stats) const;
};

StatOrder parse_stat_order(std::string_view text);
StatFilter parse_stat_filter(std::string_view text);

}  // namespace calculon
