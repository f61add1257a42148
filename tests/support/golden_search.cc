#include "support/golden_search.h"

#include "support/source_tree.h"

namespace calculon::test {
namespace {

std::string system_text(const Json& system) {
  return system.is_string() ? source_text("systems/" + system.get<std::string>() + ".json")
                            : system.dump();
}

SpaceKind kind_of(const std::string& command) {
  return command.empty()                 ? SpaceKind::kDense
         : command.ends_with("flexible") ? SpaceKind::kMoeFlexible
                                         : SpaceKind::kMoe;
}

void read_inputs(const Json& json, GoldenSearch& golden) {
  golden.id = json.at("id");
  golden.command = json.value("command", "");
  golden.model = json.at("model");
  golden.system_file = json.at("system");
  golden.transformer =
      parse_transformer("model.json", source_text("models/" + golden.model + ".json"));
  golden.system = parse_system("system.json", system_text(golden.system_file));
}

void read_options(const Json& json, GoldenSearch& golden) {
  const Json& given = json.at("options");
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
  golden.break_microbatches = given.value("mbs_break", false);
  options.kind = kind_of(golden.command);
  options.num_experts = json.value("experts", std::int64_t{1});
}

void read_result(const Json& json, GoldenSearch& golden) {
  golden.work_units = json.value("work_units", std::int64_t{0});
  golden.total = json.value("total", std::int64_t{0});
  golden.good = json.value("good", std::int64_t{0});
  golden.bad = json.value("bad", std::int64_t{0});
  golden.best_sample_rate = json.value("best_sample_rate", Json());
  golden.top = json.value("top", Json::array());
  golden.distinct_rates = json.value("distinct_rates", std::vector<double>{});
  golden.reason = json.value("reason", "");
}

}  // namespace

std::vector<GoldenSearch> golden_searches(const std::string& file, const std::string& list) {
  std::vector<GoldenSearch> searches;
  const Json lists = Json::parse(source_text("tests/golden/" + file));
  for (const Json& json : lists.at(list)) {
    GoldenSearch& golden = searches.emplace_back();
    read_inputs(json, golden);
    read_options(json, golden);
    read_result(json, golden);
  }
  return searches;
}

Arguments search_arguments(const GoldenSearch& golden, const std::string& output) {
  const SpaceOptions& options = golden.options;
  return {golden.command,
          source_path("models/" + golden.model + ".json"),
          std::to_string(options.num_procs),
          std::to_string(options.max_batch_size),
          std::string(enum_name(options.datatype)),
          source_path("systems/" + golden.system_file.get<std::string>() + ".json"),
          output,
          "-moe",
          std::to_string(options.num_experts)};
}

}  // namespace calculon::test
