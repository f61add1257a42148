#pragma once

#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/planner/plan/hetero_plan.h"

namespace calculon::test {

// tests/golden/hetero.json.gz, read once (see the README there).
const Json& hetero_golden();

// What a case plans.
struct HeteroCase {
  std::string name;
  GpuCluster cluster;
  ProfileSet profiles;
  HeteroOptions options;
};

ProfileSet golden_profiles(const Json& profile);
GpuCluster golden_cluster(const Json& with_hosts_and_clusterfile);
HeteroCase hetero_case(const Json& json);
// By its name.
const Json& hetero_case_json(const std::string& name);

// A search that nothing stops.
HeteroResult search_all(const HeteroCase& hetero, const HeteroOptions& options);

}  // namespace calculon::test
