#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/json_reader.h"

namespace calculon {

// "best.json#0": the execution of one result, by its number, in a file of results.
struct ResultReference {
  std::string file;  // .json or .csv, perhaps .gz
  std::size_t number = 0;
};

// Nothing if the path does not end in # and a number.
std::optional<ResultReference> result_reference(const std::string& path);

// The object of an execution file: that of the path, which may be a reference to a result. Throws
// InputError.
Json load_execution(const std::string& path);

// The same with the sample rate that a file of results (.json) has of it; nothing of other paths,
// and where there is none.
struct LoadedExecution {
  Json execution;
  std::optional<double> sample_rate = {};
};
LoadedExecution load_execution_and_rate(const std::string& path);

}  // namespace calculon
