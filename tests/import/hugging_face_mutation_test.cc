// Configurations with changed keys: none is counted as if it had not been changed in silence.
#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <set>

#include "calculon/base/input_error.h"
#include "calculon/workload/parameter_count.h"
#include "support/source_tree.h"
#include "workload/model_file.h"

namespace calculon::test {
namespace {

// The object with the shapes.
Json& shapes_of(Json& config) {
  return config.contains("text_config") ? config["text_config"] : config;
}

std::vector<Json> configurations() {
  std::vector<Json> configs;
  for (const std::string& line : lines_of(source_text("tests/golden/hugging-face.jsonl.gz"))) {
    configs.push_back(Json::parse(line).at("config"));
  }
  return configs;
}

// Values near the one that is there, and odd ones.
std::vector<Json> values_for(const Json& value) {
  std::vector<Json> values = {
      0,       -1,   1,     2,  7,    1'000'000'000, 1e18,          1.5,           "x",
      nullptr, true, false, 64, 4096, 131072,        Json::array(), Json::object()};
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    values.insert(values.end(), {number + 1, number * 2, number / 2});
  }
  return values;
}

// The file as it is read, after its parameters have been counted; nothing if it is refused.
std::optional<ModelFile> accepted_file(const Json& config) {
  try {
    ModelFile file = parse_model_file("config.json", config.dump(), {});
    const ModelParameters count = count_parameters(file.transformer);
    CHECK(count.total > 0);
    CHECK(count.active > 0);
    CHECK(count.active <= count.total);
    return file;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

// Whether a changed key shows: in the model, in a note, or among the keys that are left alone.
bool is_told(const ModelFile& before, const ModelFile& after, const std::string& key) {
  const auto& alone = after.keys.left_alone;
  return before.imported != after.imported || before.notes != after.notes ||
         std::find(alone.begin(), alone.end(), key) != alone.end();
}

}  // namespace

TEST_CASE("a changed key counts, is refused or is left alone by name", "[import]") {
  // Falcon's blocks have as many norms with and without it, and one list says what another does.
  const std::set<std::string> without_effect = {"parallel_attn", "mlp_only_layers"};
  for (const Json& config : configurations()) {
    const auto before = accepted_file(config);
    REQUIRE(before);
    Json changed = config;
    Json& shapes = shapes_of(changed);
    const Json original = shapes;
    for (const auto& item : original.items()) {
      for (const Json& value : values_for(item.value())) {
        shapes[item.key()] = value;
        const auto after = value == item.value() ? std::nullopt : accepted_file(changed);
        const bool says_nothing =
            value.is_null() || item.value().is_null() || without_effect.contains(item.key());
        if (after && !says_nothing && !is_told(*before, *after, item.key())) {
          FAIL_CHECK(config.value("model_type", "") << ": " << item.key() << " is " << value);
        }
      }
      shapes[item.key()] = item.value();
    }
  }
}

TEST_CASE("configurations of any values are read or refused", "[import]") {
  constexpr int kRounds = 2000;
  std::mt19937 dice(17);  // NOLINT: the same each time
  const std::vector<Json> configs = configurations();
  std::vector<std::string> keys;
  for (Json config : configs) {
    for (const auto& item : shapes_of(config).items()) {
      keys.push_back(item.key());
    }
  }
  int accepted = 0;
  for (int round = 0; round < kRounds; ++round) {
    Json config = configs[dice() % configs.size()];
    Json& shapes = shapes_of(config);
    for (unsigned i = 0; i < 1 + dice() % 4; ++i) {
      const std::string& key = keys[dice() % keys.size()];
      const std::vector<Json> values = values_for(shapes.value(key, Json(8)));
      shapes[key] = values[dice() % values.size()];
    }
    accepted += accepted_file(config) ? 1 : 0;
  }
  CHECK(accepted > kRounds / 20);
}

}  // namespace calculon::test
