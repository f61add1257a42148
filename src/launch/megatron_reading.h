#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "launch/megatron_arguments.h"

namespace calculon {

// The objects of a model and an execution file that arguments become.
struct MegatronReading {
  MegatronArguments arguments;
  Json model;
  Json execution;
  std::vector<std::string> notes;
};

// What needs more than a row of the table: sizes that follow from others, precision, recomputation,
// experts, the pipeline and sharding. Each sets its keys, throws InputError where arguments cannot
// be read, and uses the arguments that it looks at.
void read_sizes(MegatronReading& reading);
void read_precision(MegatronReading& reading);
void read_recomputation(MegatronReading& reading);
void read_experts(MegatronReading& reading);
void read_processors(MegatronReading& reading, std::int64_t processors);
void read_pipeline(MegatronReading& reading);
void read_sharding(MegatronReading& reading);

}  // namespace calculon
