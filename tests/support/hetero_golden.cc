#include "support/hetero_golden.h"

#include "calculon/planner/profiles/synthetic_profiles.h"
#include "support/source_tree.h"

namespace calculon::test {

const Json& hetero_golden() {
  static const Json json = parse_json("hetero.json", source_text("tests/golden/hetero.json.gz"));
  return json;
}

ProfileSet golden_profiles(const Json& profile) {
  std::vector<LayerProfile> profiles;
  if (profile.value("kind", "synthetic") == "inline") {
    for (const auto& [name, content] : profile.at("files").items()) {
      profiles.push_back(parse_profile(name, content.dump()));
    }
    return {"inline", std::move(profiles)};
  }
  SyntheticOptions options;
  options.num_layers = profile.at("layers");
  options.max_size = profile.at("max_size");
  options.memory = enum_from_name<MemoryBase>(profile.at("memory").get<std::string>()).value();
  options.derived.clear();
  for (const auto& [type, factor] : profile.at("derive").items()) {
    options.derived.push_back({type, factor});
  }
  return {"synthetic", synthetic_profiles(options)};
}

GpuCluster golden_cluster(const Json& json) {
  std::vector<HostLine> hosts;
  for (const Json& host : json.at("hosts")) {
    for (int i = 0; i < host.at("nodes").get<int>(); ++i) {
      hosts.push_back({host.at("address"), host.at("slots")});
    }
  }
  return make_cluster("hostfile", hosts, "clusterfile",
                      parse_clusterfile("clusterfile", json.at("clusterfile").dump()));
}

HeteroCase hetero_case(const Json& json) {
  const Json& given = json.at("options");
  HeteroOptions options;
  options.global_batch_size = given.at("global_batch_size");
  options.hidden_size = given.at("hidden_size");
  options.sequence_length = given.at("sequence_length");
  options.vocab_size = given.at("vocab_size");
  options.max_tensor_parallel = given.at("max_tensor_parallel");
  options.max_microbatch = given.value("max_microbatch", 0);
  options.group_scale_variance = given.value("group_scale_variance", 1.0);
  options.max_permute_length = given.value("max_permute_length", 128);
  options.type_order = given.value("type_order", std::vector<std::string>());
  if (given.contains("lead_profile")) {
    options.lead_profile = parse_key(given.at("lead_profile").get<std::string>());
  }
  options.top = 5;
  return {json.at("name"), golden_cluster(json), golden_profiles(json.at("profile")), options};
}

const Json& hetero_case_json(const std::string& name) {
  for (const Json& json : hetero_golden().at("cases")) {
    if (json.at("name") == name) {
      return json;
    }
  }
  throw std::out_of_range(name);
}

HeteroResult search_all(const HeteroCase& hetero, const HeteroOptions& options) {
  std::atomic<bool> stop{false};
  return HeteroPlanner(hetero.cluster, hetero.profiles, options).search(stop);
}

}  // namespace calculon::test
