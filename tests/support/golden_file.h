#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon::test {

// One evaluation of tests/golden/dense.jsonl.gz (see the README there).
struct GoldenCase {
  std::string id;
  Json model;
  Json execution;
  Json system;
  bool layers = false;
  Json stats;          // null unless feasible
  std::string error;   // "infeasible" or "usage"
  std::string reason;  // rule

  // The inputs, through the readers. Throw InputError.
  Transformer transformer() const;
  StrategyFile strategy_file() const;
  System machine() const;
};

struct GoldenFile {
  std::vector<std::string> statistics;
  std::vector<std::string> layer_statistics;
  std::vector<GoldenCase> cases;
};

// Read once.
const GoldenFile& golden_file();

// Whether a figure is the golden one: 1e-9 relative, null only null (NaN), zero only zero.
bool agrees(double got, const Json& expected);

}  // namespace calculon::test
