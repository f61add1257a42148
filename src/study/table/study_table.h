#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/results/result_log.h"
#include "study/results/study_folder.h"
#include "study/table/derive.h"

namespace calculon {

// The table of a study: a row for each point, in its order, from the records on disk, whoever
// wrote them (docs/studies.md, "Results"). One record is in memory at a time.
class StudyTable {
 public:
  // All points need a record.
  StudyTable(const LoadedStudy& loaded, const ResultIndex& index);

  const std::vector<std::string>& columns() const { return columns_; }

  // Calls `visit` with each row, an object with all columns, then what only reports show: all
  // statistics, the kind of a reason, and the summary of a point that has one. Cells without a value are null.
  void for_each_row(const std::function<void(const Json& row)>& visit) const;

  struct Counts {
    std::size_t ok = 0;
    std::size_t infeasible = 0;
    std::size_t invalid = 0;
    std::string first_reason;  // of the first invalid one
  };
  // Of points.
  const Counts& counts() const { return counts_; }

 private:
  Json record(std::size_t index) const;
  std::vector<PointScore> read_scores();
  Json row(std::size_t index, const Json& record, std::size_t rank) const;
  void add_cost(std::size_t index, Json& row) const;

  const LoadedStudy& loaded_;
  const ResultIndex& index_;
  std::string_view statistic_;
  bool moe_ = false;     // some execution is of a mixture of experts
  std::size_t top_ = 1;  // most rows of a point
  Counts counts_;
  std::optional<Derived> derived_;
  std::vector<std::string> columns_;
};

// The text of a table: CSV with a header, or a JSON array, as the extension of `path` says.
void write_table(const StudyTable& table, const std::string& path);

}  // namespace calculon
