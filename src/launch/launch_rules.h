#pragma once

#include <span>
#include <string>
#include <string_view>

#include "calculon/base/field.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"
#include "launch/framework.h"

namespace calculon {

// What a framework asks of an execution beyond what the dialect (rules KC10 to KC19) and the model
// (rules KD2 to KD6) ask: it stops at the start otherwise. Where groups of ranks stand is no rule,
// since the dialect has the order of the frameworks.
struct LaunchRule {
  std::string_view id;     // "KL3"
  std::string_view words;  // what has to hold
  Audience frameworks;
  bool (*broken)(const Transformer& model, const RankChoices& rank, const StepChoices& step);
};

std::span<const LaunchRule> launch_rules();

// The first rule of a framework that an execution breaks; null if it can be launched. REQUIRES that
// the rules of the dialect and of the model are met. Allocates nothing, so that searches may ask it
// for every execution.
const LaunchRule* broken_rule(Framework framework, const Transformer& model,
                              const RankChoices& rank, const StepChoices& step);
inline const LaunchRule* broken_rule(Framework framework, const Transformer& model,
                                     const CalibratedExecution& execution) {
  return broken_rule(framework, model, execution, execution);
}

// "Megatron-LM: with interleaving, ... (rule KL3)"
std::string broken_rule_text(Framework framework, const LaunchRule& rule);

}  // namespace calculon
