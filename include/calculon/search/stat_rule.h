#pragma once

#include <string_view>

#include "calculon/statistics/stats.h"

namespace calculon {

// Rules about statistics by name, as people write them: what to rank by, what to leave out. Both
// refer to a row of kStatsFields, are plain values, and cost one comparison per strategy.

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

  // A missing value satisfies `!=` only.
  bool accepts(const Stats& stats) const;
};

// "sample_rate", "total_time": throws InputError naming the nearest statistic if there is none.
StatOrder parse_stat_order(std::string_view text);
// A condition as above; blanks around its parts do not matter. Throws InputError for what is none.
StatFilter parse_stat_filter(std::string_view text);

}  // namespace calculon
