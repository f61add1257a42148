#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon::test {

// One evaluation of tests/golden/*.jsonl.gz (see the README there).
struct GoldenCase {
  std::string id;
  Json model;
  Json execution;
  Json system;
  bool layers = false;
  Json stats;                // null unless feasible
  Json total_weight_params;  // of feasible mixtures of experts
  std::string report;        // of a few of them
  std::string error;         // "infeasible", "usage" or "fault"
  std::string reason;        // rule

  // The inputs, as the texts of files and through the readers, which throw InputError.
  std::string model_text() const;
  std::string system_text() const;
  Transformer transformer() const;
  StrategyFile strategy_file() const;
  System machine() const;
};

struct GoldenFile {
  std::vector<std::string> statistics;
  std::vector<std::string> layer_statistics;
  std::vector<GoldenCase> cases;
};

// "dense.jsonl.gz" or "moe.jsonl.gz", read once.
const GoldenFile& golden_file(const std::string& name);

// A bundled system as the published tools read it, without what has been added since.
std::string as_published(const std::string& system_text);

// Whether a figure is the golden one: 1e-9 relative, null only null (NaN), zero only zero.
bool agrees(double got, const Json& expected);

}  // namespace calculon::test
