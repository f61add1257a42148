#pragma once

#include <string>

#include "base/json_reader.h"
#include "calculon/planner/plan/hetero_plan.h"
#include "calculon/planner/plan/uniform_plan.h"

namespace calculon {

// What a planner found, with what a person wants to know beside it.
struct HeteroReport {
  const HeteroPlanner& planner;
  const HeteroResult& result;
  double average_ms = 0;       // of a search
  bool show_time = false;      // in JSON, which is otherwise the same for every run
  bool published_log = false;  // the text begins with the four lines of the published log
};

// Counts, the best plans in the published columns, and the best one stage by stage.
std::string hetero_text(const HeteroReport& report, bool color);
Json hetero_json(const HeteroReport& report);
// A line per plan; lists are separated by blanks.
std::string hetero_csv(const HeteroResult& result);

// One line: what comes closest to fitting, and how much memory it lacks.
std::string nearest_miss_text(const NearestMiss& nearest);
// The same where no strategy was possible at all, whatever the memory.
std::string no_strategy_text(const HeteroOptions& options);

std::string uniform_text(const UniformResult& result);
Json uniform_json(const UniformResult& result);
std::string uniform_csv(const UniformResult& result);

}  // namespace calculon
