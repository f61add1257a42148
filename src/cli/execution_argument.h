#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "calculon/strategy/strategy.h"
#include "cli/console.h"

namespace calculon {

// The path of an execution: that of a file, of a bundled one by its name, or FILE#K for a result of
// a search (strategy/result_execution.h). Throws InputError if the file cannot be one.
std::string execution_path(const std::string& argument, const Console& console);

// Reads what such a path names.
StrategyFile read_execution(const std::string& path);

// Says so where the path is of a result that was `found` with another sample rate than the one
// computed of it now: then the model, its sequence length, the system or the methodology are not
// those of the search.
void tell_other_rate(const std::string& path, const std::optional<double>& found,
                     double sample_rate, Console& console);

// The same of a result that was found with sequences of another length than the model has; whether
// there was something to say.
bool tell_other_length(const std::string& path, const std::optional<double>& found,
                       std::int64_t seq_size, Console& console);

}  // namespace calculon
