#include "study/spec/measured_documents.h"

#include <fmt/format.h>

#include <utility>

#include "calculon/base/files.h"
#include "calibrated/calibrated_execution_json.h"
#include "measured/measured_table.h"
#include "measured/system_files.h"
#include "measured/table_errors.h"
#include "study/spec/model_json.h"

namespace calculon {
namespace {

Json row_of(const MeasuredRun& run) {
  Json row = {{"id", run.id},
              {"system", run.system},
              {"kind", group_name(run, RunGrouping::kKind)},
              {"precision", group_name(run, RunGrouping::kPrecision)},
              {"source", group_name(run, RunGrouping::kSource)},
              {"flag", run.flag},
              {"model", model_json(run.model)},
              {"execution", calibrated_execution_json(run.execution)}};
  if (run.has_time()) {
    row["measured_seconds"] = *run.seconds;
  }
  if (run.peak_bytes) {
    row["measured_peak_bytes"] = *run.peak_bytes;
  }
  if (run.stage) {
    row["measured_stage"] = *run.stage;
  }
  return row;
}

}  // namespace

MeasuredDocuments measured_documents(const std::string& path, const std::string& bundled) {
  const MeasuredTable table = read_measured_table(path, 1);
  if (!table.rejected.empty()) {
    throw InputError(fmt::format("{}: {}", path, table.rejected.front().message));
  }
  const std::vector<std::string> folders = system_folders(path, "", bundled);
  MeasuredDocuments documents;
  for (const MeasuredRun& run : table.runs) {
    documents.rows.push_back(row_of(run));
    if (!documents.systems.contains(run.system)) {
      const std::string file = system_file(run.system, folders);
      documents.systems.emplace(run.system, parse_json(file, read_text_file(file)));
    }
  }
  return documents;
}

}  // namespace calculon
