#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What a framework is to be told: a model, and an execution whose defaults are filled in.
struct LaunchJob {
  Transformer model;
  CalibratedExecution execution;
  std::int64_t processors_per_node = 1;
  std::string model_name;
  std::vector<std::string> remarks;    // what one should know of where this comes from
  std::vector<std::string> arguments;  // further ones, of a published execution
};

// Ranks of a node as torchrun starts them: the most that divide the processors, up to `most`.
std::int64_t processors_per_node(std::int64_t processors, std::int64_t most);

// All keys of a model and of an execution with their values, in canonical order. Where 0 or a
// negative number stands for the value of another key, it stands here, too.
Json setting_values(const Transformer& model);
Json setting_values(const CalibratedExecution& execution);

// A value as the tables of the frameworks have it: "4", "true", "float8", "core_attn mlp".
std::string setting_word(const Json& value);

}  // namespace calculon
