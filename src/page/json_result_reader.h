#pragma once

#include <cstddef>

#include "base/gzip_input.h"
#include "base/json_reader.h"
#include "page/row_selection.h"
#include "text/table.h"

namespace calculon {

// What a JSON file of results holds: the statistics of one execution, or the best executions, which
// can be a million. Columns of nested statistics have dotted names (calibrated_columns.h).
struct JsonResult {
  bool ranked = false;
  Table rows;
  Table stages;            // of one execution's pipeline, if the statistics have them
  RowSelection selection;  // of ranked ones: which of all are in `rows`
  Json inputs;  // what it was computed from (text/result_inputs.h); null if it says nothing
};

// Reads such a file value by value; what is kept of the best executions is what a page shows
// (row_selection.h), of which at most `most` are kept as they are. Throws InputError for bad
// syntax, for anything else than results, and for values that no result has: a text of a megabyte,
// say.
JsonResult read_json_result(GzipInput& input, std::size_t most);

}  // namespace calculon
