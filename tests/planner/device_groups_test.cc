#include "planner/plan/device_groups.h"

#include <catch2/catch.hpp>

#include "support/findings.h"
#include "support/hetero_golden.h"

namespace calculon::test {
namespace {

std::vector<DeviceGroups> all_groups(const GroupRules& rules, std::int64_t num_stages) {
  std::vector<DeviceGroups> all;
  for_each_device_groups(rules, num_stages, [&](const DeviceGroups& groups) {
    all.push_back(groups);
    return true;
  });
  return all;
}

}  // namespace

TEST_CASE("items are permuted in the published order", "[planner]") {
  for (const Json& json : hetero_golden().at("unit").at("permutations")) {
    std::vector<std::vector<GroupItem>> order;
    for_each_permutation(json.at("items").get<std::vector<GroupItem>>(),
                         [&](const PermutedItems& items) {
                           std::vector<GroupItem>& copy = order.emplace_back();
                           for (const GroupItem* item : items) {
                             copy.push_back(*item);
                           }
                           return true;
                         });
    INFO(json.at("items").dump());
    CHECK(Json(order) == json.at("order"));
  }
}

TEST_CASE("small groups are glued as published", "[planner]") {
  for (const Json& json : hetero_golden().at("unit").at("glue")) {
    GroupRules rules;
    rules.max_permute_length = json.at("max_permute_length");
    INFO(json.dump());
    CHECK(Json(glued_groups(json.at("sizes").get<DeviceGroups>(), rules)) == json.at("items"));
  }
}

TEST_CASE("device groups come in the published order", "[planner]") {
  for (const Json& json : hetero_golden().at("unit").at("device_groups")) {
    const GroupRules rules{json.at("num_gpus"), json.at("variance"), json.at("max_permute_length")};
    const auto groups = all_groups(rules, json.at("num_stages"));
    INFO(json.dump().substr(0, 100));
    CHECK(groups.size() == json.at("count"));
    if (json.contains("groups")) {
      CHECK(Json(groups) == json.at("groups"));
      continue;
    }
    const auto shown = static_cast<std::ptrdiff_t>(json.at("first").size());
    REQUIRE(groups.size() >= static_cast<std::size_t>(shown));
    CHECK(Json(std::vector(groups.begin(), groups.begin() + shown)) == json.at("first"));
    CHECK(Json(std::vector(groups.end() - shown, groups.end())) == json.at("last"));
  }
}

TEST_CASE("enumeration ends where the visitor says so", "[planner]") {
  int visited = 0;
  CHECK_FALSE(
      for_each_device_groups({16, 0, 128}, 4, [&](const DeviceGroups&) { return ++visited < 3; }));
  CHECK(visited == 3);
}

TEST_CASE("groups are powers of two with the right sum, at least as large as asked", "[planner]") {
  Findings findings;
  for (std::int64_t stages = 1; stages <= 16; ++stages) {
    for (const DeviceGroups& groups : all_groups({16, 0.5, 128}, stages)) {
      std::int64_t sum = 0;
      for (const std::int64_t size : groups) {
        sum += size;
        findings.add_unless((size & (size - 1)) == 0 && 2 * size >= 16 / stages, "group size");
      }
      findings.add_unless(sum == 16 && groups.size() == static_cast<std::size_t>(stages), "sum");
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
