#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// A model and an execution from the command line of Megatron-LM.
struct ImportedLaunch {
  Transformer model;
  CalibratedExecution execution;
  Json model_json;  // the files, with the keys that the command line tells
  Json execution_json;
  std::vector<std::string> notes;  // what one should know of what was read
  std::size_t arguments = 0;
  std::vector<std::string> unused;
};

// Reads a script that has such a command line, or the line alone. What is absent is as Megatron-LM
// has it; comments that launch_script() wrote tell what has no argument. `processors` is for
// scripts that do not say how many there are; 0: they do. Throws InputError for what cannot be
// read, for what contradicts itself (rules KC10 to KC19, KD2 to KD6 and KL1 to KL16), and for
// float32 (rule KC32).
ImportedLaunch import_megatron(const std::string& file, std::string_view text,
                               std::int64_t processors = 0);

}  // namespace calculon
