#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "fit/cluster_fit.h"
#include "import/model_format.h"

namespace calculon {

// The measurements that `fit` was given, by the paths of their files.
struct FitFiles {
  std::string table;  // empty: none, as of the others
  std::string holdout;
  std::vector<std::string> logs;
  std::vector<std::string> models;      // of the logs: one for all, or one for each
  std::vector<std::string> executions;  // the same
  ModelChoices model;
  std::vector<std::string> collectives;
  std::vector<std::string> products;
};

// Reads them for the system `name`. What one should know of them goes to standard error, and what
// logs say to the report. Throws InputError.
ClusterMeasurements read_measurements(const FitFiles& files, const System& system,
                                      const std::string& name, int threads, Console& console);

}  // namespace calculon
