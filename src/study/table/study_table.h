#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/results/study_folder.h"
#include "study/table/derive.h"
#include "study/table/point_notes.h"
#include "study/table/point_record.h"
#include "study/table/record_reader.h"
#include "text/table.h"

namespace calculon {

// The table of a study: a row for each point, in its order, from the records on disk, whoever
// wrote them (docs/studies.md, "Results"). The rows of a study of many points are not kept: each
// walk over them reads the records again, some at a time.
class StudyTable {
 public:
  // Studies of more points are large.
  static constexpr std::size_t kMostKeptPoints = 20'000;

  // All points need a record. The watch has to outlive the table. Throws Interrupted.
  // Records are read on up to `threads` threads.
  StudyTable(const LoadedStudy& loaded, const ResultIndex& index, const Watch& watch = no_watch(),
             int threads = 1);

  const std::vector<std::string>& columns() const { return columns_; }
  bool is_large() const { return loaded_.points.size() > kMostKeptPoints; }

  // Calls `visit` with each row. It has all columns, then what only reports show: all statistics,
  // the kind of a reason, and the summary of a point that has one. Throws Interrupted.
  using Visit = std::function<void(const Table& rows, std::size_t row)>;
  void for_each_row(const Visit& visit) const;

  struct Counts {
    std::size_t ok = 0;
    std::size_t infeasible = 0;
    std::size_t invalid = 0;
    std::string first_reason;  // of the first invalid one
  };
  // Of points.
  const Counts& counts() const { return counts_; }
  const PointNotes& notes() const { return notes_; }

 private:
  template <class Take>
  void for_each_round(std::string_view doing, RecordReader& reader, const Take& take) const;
  // Learns what the columns and rows depend on; the records of a study that is not large are kept.
  std::vector<PointScore> read_records(std::vector<PointRecord>& kept, RecordReader& reader);
  // A point's label on the axis of computed sizes; missing if there is none.
  Cell computed_label(std::size_t index) const;
  void count(const PointRecord& record);
  std::vector<std::string> columns_of_study() const;
  // The settings and statistics of the points' methodologies.
  void append_model_columns(std::vector<std::string>& columns) const;
  // Whether rows have a methodology: all but tables that are published throughout.
  bool tells_methodology() const { return methodologies_.back() != Methodology::kPublished; }
  // Adds the rows of a point.
  void add_point(std::size_t index, const PointRecord& record, Table& rows) const;
  void add_row(std::size_t index, const PointRecord& record, std::size_t rank, Table& rows) const;
  void set_cost(std::size_t index, Table& rows) const;
  // The columns of a measured run.
  void set_run(std::size_t index, const PointRecord& record, Table& rows) const;
  void set_rates(std::size_t index, Table& rows) const;

  const LoadedStudy& loaded_;
  const ResultIndex& index_;
  const Watch& watch_;
  int threads_;
  std::vector<std::string> axes_;           // names of the study's axes
  std::vector<Methodology> methodologies_;  // of the points, ascending
  bool moe_ = false;                        // some execution is of a mixture of experts
  std::size_t top_ = 1;                     // most rows of a point
  Counts counts_;
  PointNotes notes_;
  std::optional<Derived> derived_;
  std::optional<double> run_tokens_;  // of a whole run, whose days are a column
  std::vector<std::string> columns_;
  Table rows_;  // of a study that is not large
};

}  // namespace calculon
