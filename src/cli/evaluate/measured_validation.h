#pragma once

#include <optional>
#include <string>

#include "cli/console.h"

namespace calculon {

// What `llm-validation --measured` was asked for.
struct MeasuredValidation {
  std::string table;
  std::string systems;  // a folder, or empty
  bool rows = false;
  std::string output;  // a file, or empty for a report
  std::optional<double> max_error;
};

// Throws InputError.
int run_measured_validation(const MeasuredValidation& options, Console& console);

}  // namespace calculon
