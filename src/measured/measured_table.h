#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "measured/measured_run.h"

namespace calculon {

// A table of measured runs. Rows that cannot be read are told and stop no others.
struct MeasuredTable {
  std::string name;  // the file, for messages
  std::vector<MeasuredRun> runs;
  std::vector<RejectedRow> rejected;
  std::int64_t rows = 0;  // both together

  // Whether any row says that its figures are wrong.
  bool has_flags() const;
};

// Reads a table (.csv, .csv.gz or -) on up to `threads` threads. Of rows with the same id the first
// one counts, the others are rejected. Throws InputError if the file is no such table or has no
// row.
MeasuredTable read_measured_table(const std::string& path, int threads);
MeasuredTable parse_measured_table(const std::string& name, std::string_view text, int threads);

}  // namespace calculon
