#include "text/json_report.h"

#include <catch2/catch.hpp>
#include <limits>
#include <map>

#include "calculon/model/evaluate.h"
#include "support/findings.h"
#include "support/preset_rows.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"

namespace calculon::test {

TEST_CASE("whole numbers have no decimal point and missing ones are null", "[report]") {
  CHECK(to_json(3.0).dump() == "3");
  CHECK(to_json(-0.25).dump() == "-0.25");
  CHECK(to_json(9007199254740992.0).dump() == "9007199254740992");
  CHECK(to_json(0.1).dump() == "0.1");
  CHECK(to_json(std::numeric_limits<double>::quiet_NaN()).is_null());
  CHECK(to_json(std::numeric_limits<double>::infinity()).is_null());
}

TEST_CASE("statistics are written row by row, each to its own key", "[report]") {
  const std::map<Preset, std::size_t> counts = {{Preset::kCalculon, 96},
                                                {Preset::kCalculonMoe, 122}};
  for (const auto& [preset, count] : counts) {
    const auto fields = stats_of(preset);
    Stats stats;
    double next = 0.5;
    for (const auto& field : fields) {
      stats.*field.member = next++;
    }
    const Json json = to_json(stats, preset);
    REQUIRE(fields.size() == count);
    REQUIRE(json.size() == count);
    std::size_t row = 0;
    for (const auto& item : json.items()) {
      CHECK(item.key() == fields[row].name);
      CHECK(item.value() == 0.5 + static_cast<double>(row));
      ++row;
    }
  }
}

TEST_CASE("layers follow the statistics as objects that begin with a name", "[report]") {
  const auto layers = layer_stats(tiny_transformer(), tiny_system(), tiny_strategy(), {});
  const Json json = to_json(Stats{}, Preset::kCalculon, layers);
  CHECK(json.size() == 96 + 1);
  REQUIRE(json["layers"].size() == layers.size());
  const Json& first = json["layers"][0];
  CHECK(first.begin().key() == "name");
  CHECK(first["name"] == "AttnBlock_Fork");
  CHECK(first.size() == kLayerStatsFields.size() + 1);
}

TEST_CASE("a strategy that is written and read again is the same", "[report]") {
  Findings findings;
  for (const BlockChoices& choices : all_block_choices(4)) {
    std::size_t index = 0;
    for_each_schedule(choices, 4, [&](const Strategy& s) {
      constexpr std::size_t kEvery = 11;
      if (index++ % kEvery == 0) {
        const std::string text = document_text(to_json(s), "x.json");
        findings.add_unless(parse_strategy("x.json", text).strategy == s, text);
      }
    });
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("documents are indented, compressed ones on one line", "[report]") {
  const Json json = {{"a", 1}};
  CHECK(document_text(json, "x.json") == "{\n  \"a\": 1\n}");
  CHECK(document_text(json, "x.json.gz").find('\n') == std::string::npos);
}

TEST_CASE("settings print as Python would show them", "[report]") {
  const Json json = Json::parse(R"({"a": [1, 2.5, null], "b": {"c": true, "d": "x"}})");
  CHECK(python_literal(json) == "{'a': [1, 2.5, None], 'b': {'c': True, 'd': 'x'}}");
}

}  // namespace calculon::test
