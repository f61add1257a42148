#pragma once

#include <span>
#include <string_view>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"
#include "launch/megatron_arguments.h"

namespace calculon {

// What Megatron-LM asks of its arguments where the execution that they become does not tell any
// more: it stops at the start otherwise.
struct ArgumentRule {
  std::string_view id;     // "KL11"
  std::string_view words;  // what has to hold
  bool (*broken)(const MegatronArguments& arguments, const Transformer& model,
                 const CalibratedExecution& execution);
};

std::span<const ArgumentRule> argument_rules();

// The first one that is broken; null if none is.
const ArgumentRule* broken_argument_rule(const MegatronArguments& arguments,
                                         const Transformer& model,
                                         const CalibratedExecution& execution);

}  // namespace calculon
