#pragma once

#include <string>

#include "base/json_reader.h"
#include "calculon/workload/parameter_count.h"
#include "import/model_format.h"

namespace calculon {

// The parameters of a model for people: totals, then a line for each kind of block.
std::string parameter_table(const ModelParameters& count);

// The same as an object.
Json to_json(const ModelParameters& count);

// What became of a file's keys: those read, those whose default held, and those left alone.
std::string key_table(const KeyReport& keys);
Json to_json(const KeyReport& keys);

}  // namespace calculon
