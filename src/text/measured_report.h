#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "measured/ranking.h"
#include "measured/table_errors.h"
#include "text/table.h"

namespace calculon {

// A measured table beside its predictions, and what they sum up to.
struct MeasuredReport {
  std::string table;  // its file
  std::int64_t rows;  // of the table, the rejected ones among them
  const PredictedTable* predicted;
  GroupErrors all;
  std::vector<GroupErrors> unflagged;  // one group, or none if no row has a flag
  std::vector<RankingFigures> rankings;
};

// Both have to outlive the report.
MeasuredReport measured_report(const MeasuredTable& table, const PredictedTable& predicted);

// A column of the rows of such a report; a name with a dot is a member of an object in JSON.
struct RunColumn {
  std::string_view name;
  Cell (*value)(const PredictedRun&);
};

inline constexpr std::size_t kRunColumns = 18;
extern const std::array<RunColumn, kRunColumns> kRunColumnTable;

// Errors by system and over all, then by processor, precision and kind, how well runs are put in
// order, and the rejected rows; with `with_rows` also a line for each figure that was measured.
std::string measured_text(const MeasuredReport& report, bool with_rows);

Json measured_json(const MeasuredReport& report);

// The rows as a table with a header.
std::string measured_csv(const PredictedTable& predicted);

}  // namespace calculon
