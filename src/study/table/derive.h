#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/spec/derivation.h"
#include "study/spec/study.h"
#include "text/table.h"

namespace calculon {

// The number of what has no answer.
inline constexpr double kNoAnswer = std::numeric_limits<double>::quiet_NaN();

// What a table needs of each point to compare it with others; kNoAnswer: the point has no answer.
struct PointScore {
  double value;              // the statistic that decides, of the best execution
  double system_efficiency;  // of the same
  Cell label;                // on an axis of computed sizes; else missing
  std::vector<bool> meets;   // each of conditions_of() the study's derivations
};

// Columns that compare points (docs/studies.md, "Derived columns"): all but `days`, which is a
// figure of each row by itself.
class Derived {
 public:
  // Throws InputError naming what `derive` may hold.
  Derived(const Study& study, std::vector<PointScore> scores);

  const std::vector<std::string>& columns() const { return columns_; }
  // One cell a column.
  std::vector<Cell> cells(std::size_t index) const;
  // Whether the point has a row: with `best_over` only the best of an axis has.
  bool shown(std::size_t index) const { return hidden_.empty() || !hidden_[index]; }

 private:
  using Column = std::vector<Cell>;  // by point
  // Positions along an axis, by ascending label.
  std::vector<std::size_t> ascending(const std::string& axis, std::size_t index) const;
  Cell label(const std::string& axis, std::size_t index) const;
  bool better(double a, double b) const { return larger_is_better_ ? a > b : a < b; }

  // The cells of each of its columns; keep_best_over() hides points instead.
  std::vector<Column> columns_of(const Derivation& derivation);
  std::vector<Column> best_so_far_columns(const std::string& axis) const;
  Column loss_below(const std::string& axis, double by) const;
  Column relative_to(const std::string& axis, const Json& value) const;
  std::vector<Column> speedups(const Derivation& derivation) const;
  std::vector<Column> largest(const Derivation& derivation, std::size_t condition) const;
  void keep_best_over(const std::string& axis);
  // Of each point, the best one among it and all with smaller values of the axis.
  std::vector<std::optional<std::size_t>> best_so_far(const std::string& axis) const;

  const Study& study_;
  std::vector<PointScore> scores_;
  bool larger_is_better_;
  std::size_t num_conditions_ = 0;  // of the derivations so far
  std::vector<std::string> columns_;
  std::vector<Column> cells_;
  std::vector<bool> hidden_;
};

// What decides which execution of a point is best: `rank_by` of its search.
struct DecidingStatistic {
  std::string name = "sample_rate";
  bool larger_is_better = true;
};
DecidingStatistic deciding_statistic(const Study& study);

}  // namespace calculon
