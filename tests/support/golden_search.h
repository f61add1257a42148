#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/search/search.h"

namespace calculon::test {

// One search of tests/golden/dense-search.json (see the README there).
struct GoldenSearch {
  std::string id;
  Transformer transformer;
  System system;
  SpaceOptions options;
  bool break_microbatches = false;

  std::int64_t total = 0;
  std::int64_t good = 0;
  std::int64_t bad = 0;
  Json best_sample_rate;  // null if nothing is good
  Json top;               // up to five, best first

  StrategySpace space() const { return StrategySpace(transformer, system, options); }
};

// Read once.
const std::vector<GoldenSearch>& golden_searches();
// Those that were only enumerated: `total` is all they have.
const std::vector<GoldenSearch>& golden_counts();

}  // namespace calculon::test
