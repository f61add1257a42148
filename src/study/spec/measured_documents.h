#pragma once

#include <map>
#include <string>

#include "base/json_reader.h"

namespace calculon {

// A measured table (docs/measured.md) as a study has it: an object for each run, and the systems
// on which they ran, by the names that the rows have for them.
struct MeasuredDocuments {
  Json rows = Json::array();
  std::map<std::string, Json> systems;
};

// Of a row: `id`, `system`, `kind` (dense or mixture), `precision` of the products, `source` and
// `flag`; `model` and `execution`, with all defaults filled in; and what was measured,
// `measured_seconds` (if it counts), `measured_peak_bytes` and `measured_stage`, as far as it is
// known. `bundled` is the folder of the bundled systems. Throws InputError if the file is no
// measured table, and if a row or a system of it cannot be read.
MeasuredDocuments measured_documents(const std::string& path, const std::string& bundled);

}  // namespace calculon
