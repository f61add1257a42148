#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "calculon/base/files.h"
#include "calculon/planner/plan/hetero_types.h"
#include "cli/hetero/hetero_inputs.h"

namespace calculon {

// What the command line of hetero-plan says.
struct PlanOptions {
  std::string hostfile;
  std::string clusterfile;
  std::string profile_dir;
  ModelArguments model;
  HeteroOptions planner;
  std::int64_t num_layers = 0;   // 0: not given
  std::int64_t hidden_size = 0;  // 0: not given, as the next
  std::int64_t sequence_length = 0;
  std::int64_t vocab_size = 0;
  std::string type_order = "name";
  std::string lead_profile;
  std::string search{enum_name(SearchOrder::kImproved)};
  std::string quirks;  // empty: not given
  int trials = 1;
  int threads = 0;
  std::string format;
  std::string output{kStandardStream};
  std::string timeline;
  std::string page;
  bool published_log = false;
  bool uniform = false;
  std::string device_type;
  bool only_fitting = false;
};

// Whether the profiles are to come from a model.
bool from_model(const PlanOptions& options);

// Declares all options of the command.
void add_plan_options(CLI::App& app, PlanOptions& options);

// Throws InputError for options that are missing or do not go together.
void check_plan_usage(const PlanOptions& options);

}  // namespace calculon
