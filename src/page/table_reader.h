#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "page/page_content.h"
#include "page/row_selection.h"
#include "text/table.h"

namespace calculon {

// Takes a table of executions line by line and keeps what a page shows of it (row_selection.h).
// Throws InputError for a table of anything else.
class TableReader {
 public:
  // Of ranked rows at most `most` are kept as they are.
  TableReader(std::string name, std::string_view header, std::size_t most = kMostRows);
  TableReader(const TableReader&) = delete;  // columns_ looks into header_
  TableReader& operator=(const TableReader&) = delete;

  // The ranks stand in a first column that has no name.
  bool ranked() const { return ranked_; }
  void add(std::string_view line);
  // The kept rows in their order; of rows that have no ranks the best one has the distribution of
  // all as its summary.
  Table finish();
  RowSelection& selection() { return selection_; }

 private:
  std::size_t place_of(std::string_view column) const;
  void check_columns() const;
  void split_line(std::string_view line);

  std::string name_;
  std::string header_;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> cells_;  // of the last line
  std::deque<std::string> unquoted_;     // those of them that stand in quotes
  bool ranked_;
  std::size_t rate_ = 0;
  std::size_t memory_ = 0;
  std::size_t tensor_par_ = 0;
  std::size_t pipeline_par_ = 0;
  RowSelection selection_;
};

// Says that a file is no result of ours.
[[noreturn]] void reject_result(const std::string& name);

}  // namespace calculon
