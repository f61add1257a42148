#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/search/search.h"
#include "support/program.h"

namespace calculon::test {

// One search of tests/golden/*-search.json (see the README there).
struct GoldenSearch {
  std::string id;
  std::string command;  // of mixtures of experts
  std::string model;
  Json system_file;  // a bundled one by its name, or complete
  Transformer transformer;
  System system;
  SpaceOptions options;
  bool break_microbatches = false;

  std::int64_t work_units = 0;  // of mixtures of experts
  std::int64_t total = 0;
  std::int64_t good = 0;
  std::int64_t bad = 0;
  Json best_sample_rate;               // null if nothing is good
  Json top;                            // up to five, best first
  std::vector<double> distinct_rates;  // of mixtures of experts: up to five, best first
  std::string reason;                  // why there is no result: a rule

  StrategySpace space() const { return StrategySpace(transformer, system, options); }
};

// A list of "dense-search.json" or "moe-search.json", read anew: "searches", or "counts", which
// were only enumerated, or "aborts", which have no result.
std::vector<GoldenSearch> golden_searches(const std::string& file, const std::string& list);

// The same search of a mixture of experts on the command line.
Arguments search_arguments(const GoldenSearch& golden, const std::string& output);

}  // namespace calculon::test
