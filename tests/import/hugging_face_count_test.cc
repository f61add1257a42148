// Configurations of published models, counted to the unit.
#include <catch2/catch.hpp>

#include "calculon/workload/parameter_count.h"
#include "support/source_tree.h"
#include "workload/model_file.h"

namespace calculon::test {
namespace {

struct CountedCase {
  std::string name;
  Json config;
  Json expect;
};

std::vector<CountedCase> counted_cases() {
  std::vector<CountedCase> cases;
  for (const std::string& line : lines_of(source_text("tests/golden/hugging-face.jsonl.gz"))) {
    const Json json = Json::parse(line);
    cases.push_back({json.at("name"), json.at("config"), json.at("expect")});
  }
  return cases;
}

ModelParameters count_of(const Json& config) {
  return count_parameters(parse_transformer("config.json", config.dump()));
}

}  // namespace

TEST_CASE("31 published configurations are counted to the unit", "[import]") {
  const auto cases = counted_cases();
  CHECK(cases.size() == 31);
  for (const CountedCase& one : cases) {
    INFO(one.name);
    const ModelParameters count = count_of(one.config);
    CHECK(count.total == one.expect.at("total").get<std::int64_t>());
    CHECK(count.active == one.expect.value("active", count.total));
    const std::int64_t both = count.embedding + (count.head != 0 ? count.head : 0);
    CHECK(both == one.expect.at("embedding_and_head").get<std::int64_t>());
  }
}

TEST_CASE("with their prediction blocks, checkpoints of GLM-4.5 have the published size",
          "[import]") {
  for (const CountedCase& one : counted_cases()) {
    const ModelParameters count = count_of(one.config);
    const std::int64_t stored = count.total + count.prediction + count.embedding + count.head;
    if (one.name == "GLM-4.5") {
      CHECK(stored == 358'337'791'296);
    }
    if (one.name == "GLM-4.5-Air") {
      CHECK(stored == 110'468'824'832);
    }
  }
}

TEST_CASE("a configuration and what it is in our keys are the same model", "[import]") {
  for (const CountedCase& one : counted_cases()) {
    INFO(one.name);
    const ModelFile file = parse_model_file("config.json", one.config.dump(), {});
    REQUIRE(file.imported);
    const ModelFile again = parse_model_file("model.json", file.imported->dump(), {});
    CHECK_FALSE(again.imported);
    CHECK(again.transformer.details == file.transformer.details);
    CHECK(count_parameters(again.transformer).total == count_parameters(file.transformer).total);
  }
}

}  // namespace calculon::test
