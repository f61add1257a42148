#pragma once

#include <string>

#include "calculon/strategy/strategy.h"
#include "cli/console.h"

namespace calculon {

// The path of an execution: that of a file, of a bundled one by its name, or FILE#K for a result of
// a search (strategy/result_execution.h). Throws InputError if the file cannot be one.
std::string execution_path(const std::string& argument, const Console& console);

// Reads what such a path names.
StrategyFile read_execution(const std::string& path);

}  // namespace calculon
