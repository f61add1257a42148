#include "support/measured_runs.h"

#include <map>
#include <memory>

#include "calculon/base/parallel.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

std::string table_path(const std::string& name) {
  return source_path("examples/measured/" + name + ".csv.gz");
}

}  // namespace

MeasuredRuns::MeasuredRuns(const std::string& name)
    : table(read_measured_table(table_path(name), available_cpus())),
      systems(system_folders(table_path(name), "", source_path("systems"))),
      predicted(predict_table(table, systems, available_cpus())) {}

const MeasuredRuns& measured_runs(const std::string& name) {
  static std::map<std::string, std::unique_ptr<MeasuredRuns>> tables;
  std::unique_ptr<MeasuredRuns>& runs = tables[name];
  if (!runs) {
    runs = std::make_unique<MeasuredRuns>(name);
  }
  return *runs;
}

}  // namespace calculon::test
