#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/hardware/system.h"
#include "calibrated/published_execution.h"

namespace calculon::test {

// tests/golden/calibrated.jsonl.gz: files that cases name, then the cases (see the README there).
struct CalibratedGolden {
  Json files;
  std::vector<Json> cases;

  const Json& input(const Json& golden, const std::string& key, const std::string& kind) const {
    return golden[key].is_string() ? files[kind][golden[key].get<std::string>()] : golden[key];
  }
  // The inputs of a case through the readers, which throw InputError.
  PublishedExecution inputs(const Json& golden) const;
  System machine(const Json& golden) const;
};

// Read once.
const CalibratedGolden& calibrated_golden();

}  // namespace calculon::test
