#pragma once

#include <string_view>

#include "calculon/statistics/stats.h"

namespace calculon {

// Rules about statistics by name, as people write them: what to rank by, what to leave out. Both
// refer to a row of kStatsFields, are plain values, and cost one comparison per strategy.

// Rates and efficiencies are better when larger, everything else when smaller.
bool larger_is_better(Unit unit);

// A statistic to rank by.
struct StatOrder {
  const Field<Stats>* field = &statistic("sample_rate");

  bool larger_is_better() const { return calculon::larger_is_better(field->unit); }
  // Larger is better; a missing value is worst.
  double score(const Stats& stats) const;
};

// The score of a value that is to be ranked by.
double score_of(double value, bool larger_is_better);

// "<60e9": one of < <= > >= == != and a number.
struct Condition {
  enum class Comparison { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };

  Comparison comparison;
  double value;

  // A missing value satisfies `!=` only.
  bool holds(double found) const;
};

// "proc_mem_tier1_cap_req<60e9".
struct StatFilter {
  const Field<Stats>* field;
  Condition condition;

  bool accepts(const Stats& stats) const { return condition.holds(stats.*field->member); }
};

// "sample_rate", "total_time": throws InputError naming the nearest statistic if there is none.
StatOrder parse_stat_order(std::string_view text);
// A condition as above; blanks around its parts do not matter. Throws InputError for what is none.
StatFilter parse_stat_filter(std::string_view text);

// The same before the name is looked up; it points into the text.
struct NamedCondition {
  std::string_view name;
  Condition condition;
};
NamedCondition parse_condition(std::string_view text);

}  // namespace calculon
