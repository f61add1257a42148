#include "support/golden_file.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "support/source_tree.h"

namespace calculon::test {
namespace {

// A bundled file by its name, or the complete object.
std::string input_text(const std::string& folder, const Json& input) {
  return input.is_string() ? source_text(folder + input.get<std::string>() + ".json")
                           : input.dump();
}

GoldenCase golden_case(const Json& json) {
  GoldenCase one;
  one.id = json.at("id");
  one.model = json.at("model");
  one.execution = json.at("execution");
  one.system = json.at("system");
  one.layers = json.value("layers", false);
  one.stats = json.contains("stats") ? json.at("stats") : Json();
  one.total_weight_params = json.value("total_weight_params", Json());
  one.report = json.value("report", "");
  one.error = json.value("error", "");
  one.reason = json.value("reason", "");
  return one;
}

GoldenFile read_file(const std::string& name) {
  GoldenFile file;
  for (const std::string& line : lines_of(source_text("tests/golden/" + name))) {
    const Json json = Json::parse(line);
    if (json.contains("statistics")) {
      json.at("statistics").get_to(file.statistics);
      json.at("layer_statistics").get_to(file.layer_statistics);
    } else {
      file.cases.push_back(golden_case(json));
    }
  }
  return file;
}

}  // namespace

std::string GoldenCase::model_text() const {
  return input_text("models/", model);
}

std::string GoldenCase::system_text() const {
  return input_text("systems/", system);
}

Transformer GoldenCase::transformer() const {
  return parse_transformer("model.json", model_text());
}

StrategyFile GoldenCase::strategy_file() const {
  return parse_strategy("execution.json", execution.dump());
}

System GoldenCase::machine() const {
  return parse_system("system.json", system_text());
}

const GoldenFile& golden_file(const std::string& name) {
  static std::map<std::string, GoldenFile> files;
  const auto known = files.find(name);
  return known != files.end() ? known->second : files.emplace(name, read_file(name)).first->second;
}

std::string as_published(const std::string& system_text) {
  Json system = Json::parse(system_text);
  system.erase("notes");
  for (const char* engines : {"matrix", "vector"}) {
    system[engines].erase("bfloat16");
  }
  return system.dump();
}

bool agrees(double got, const Json& expected) {
  constexpr double kTolerance = 1e-9;
  if (expected.is_null() || std::isnan(got)) {
    return expected.is_null() && std::isnan(got);
  }
  const double value = expected.get<double>();
  return std::fabs(got - value) <= kTolerance * std::max(std::fabs(got), std::fabs(value));
}

}  // namespace calculon::test
