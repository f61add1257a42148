#pragma once

#include <optional>
#include <string>

#include "base/json_reader.h"
#include "calculon/statistics/run_cost.h"
#include "calibrated/published_execution.h"
#include "cli/console.h"
#include "workload/model_file.h"

namespace calculon {

// What `llm` was asked for, as far as the calibrated methodology has it.
struct CalibratedLlm {
  std::string execution;
  std::string system;
  std::string stats;  // a file, or - for a report
  bool layers = false;
  std::string timeline;  // a file, or empty
  RunCostOptions run_cost;
  bool improve = false;  // tell what would be faster
  std::string model;
  std::optional<double> found_rate;  // see tell_other_rate()
};

// `llm` by the calibrated methodology: `execution` is the parsed execution file, of the dialect of
// this methodology or a published one. Throws InputError.
int run_calibrated_llm(const CalibratedLlm& files, const ModelFile& model, const Json& execution,
                       Console& console);

// The model and the execution as this methodology takes them; `path` is that of the execution.
// Throws InputError.
PublishedExecution calibrated_inputs(const std::string& path, const ModelFile& model,
                                     const Json& execution);

// Both models on one published execution, part by part. Throws InputError.
int run_comparison(const CalibratedLlm& files, const ModelFile& model, const Json& execution,
                   Console& console);

}  // namespace calculon
