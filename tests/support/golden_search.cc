#include "support/golden_search.h"

#include "support/source_tree.h"

namespace calculon::test {
namespace {

std::string system_text(const Json& system) {
  return system.is_string() ? source_text("systems/" + system.get<std::string>() + ".json")
                            : system.dump();
}

GoldenSearch golden_search(const Json& json) {
  const std::string model = json.at("model");
  const Json& given = json.at("options");
  GoldenSearch golden;
  golden.id = json.at("id");
  golden.transformer = parse_transformer("model.json", source_text("models/" + model + ".json"));
  golden.system = parse_system("system.json", system_text(json.at("system")));
  SpaceOptions& options = golden.options;
  options.num_procs = json.at("num_procs");
  options.max_batch_size = json.at("max_batch_size");
  options.datatype = enum_from_name<Datatype>(json.at("datatype").get<std::string>()).value();
  const std::string fused = given.at("fused_activation");
  options.fused_activation =
      fused == "both" ? std::vector<bool>{false, true} : std::vector<bool>{fused == "true"};
  if (!given.at("tp_overlap")) {
    options.filter.accept("tensor_par_overlap", "none");
  }
  if (!given.at("dp_overlap")) {
    options.filter.accept("data_par_overlap", "false");
  }
  golden.break_microbatches = given.at("mbs_break");
  golden.total = json.at("total");
  golden.good = json.value("good", std::int64_t{0});
  golden.bad = json.value("bad", std::int64_t{0});
  golden.best_sample_rate = json.value("best_sample_rate", Json());
  golden.top = json.value("top", Json::array());
  return golden;
}

std::vector<GoldenSearch> read_list(const std::string& list) {
  static const Json kFile = Json::parse(source_text("tests/golden/dense-search.json"));
  std::vector<GoldenSearch> searches;
  for (const Json& json : kFile.at(list)) {
    searches.push_back(golden_search(json));
  }
  return searches;
}

}  // namespace

const std::vector<GoldenSearch>& golden_searches() {
  static const std::vector<GoldenSearch> kSearches = read_list("searches");
  return kSearches;
}

const std::vector<GoldenSearch>& golden_counts() {
  static const std::vector<GoldenSearch> kCounts = read_list("counts");
  return kCounts;
}

}  // namespace calculon::test
