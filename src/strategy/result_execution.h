#pragma once

#include <cmath>
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

// The same with the rates that a file of results (.json) has of it; nothing of other paths, and
// where there are none.
struct LoadedExecution {
  Json execution;
  std::optional<double> sample_rate = {};
  std::optional<double> token_rate = {};  // of the calibrated model

  // Tokens of a sequence in the search.
  std::optional<double> seq_size() const {
    return sample_rate && token_rate && *sample_rate > 0
               ? std::optional(std::round(*token_rate / *sample_rate))
               : std::nullopt;
  }
};
LoadedExecution load_execution_and_rate(const std::string& path);

}  // namespace calculon
