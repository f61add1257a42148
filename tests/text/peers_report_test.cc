#include "text/peers_report.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <vector>

#include "base/json_reader.h"
#include "calculon/base/divisors.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

Json peers(const Strategy& s) {
  static const TempFolder kFolder;
  OutputFile file(kFolder.file("peers.json"));
  write_peers(s, file);
  file.commit();
  return Json::parse(raw_bytes(kFolder.file("peers.json")));
}

Json peers(std::int64_t t, std::int64_t p, std::int64_t d) {
  Strategy s = tiny_strategy();
  s.num_procs = t * p * d;
  s.tensor_par = t;
  s.pipeline_par = p;
  s.data_par = d;
  return peers(s);
}

// A mixture of experts on `num_procs` processors.
Strategy mixture(std::int64_t num_procs, std::int64_t p, std::int64_t t, std::int64_t e,
                 std::int64_t g) {
  Strategy s = tiny_moe_strategy();
  s.num_procs = num_procs;
  s.pipeline_par = p;
  s.tensor_par = t;
  s.data_par = num_procs / (p * t);
  s.expert_par = s.num_experts = e;
  s.expert_slice = g;
  s.data_par_exp = num_procs / (p * e * g);
  return s;
}

std::int64_t stage_of(const Strategy& s, std::int64_t id) {
  return id / s.tensor_par % s.pipeline_par;
}

// Whether the groups of a dimension have `size` processors of one stage, each processor in one
// group that all its members agree on.
bool is_partition(const Json& json, const Strategy& s, const std::string& name, std::int64_t size) {
  std::map<std::int64_t, std::vector<std::int64_t>> groups;
  for (std::int64_t id = 0; id < s.num_procs; ++id) {
    const Json& own = json.at(std::to_string(id));
    if (own.contains(name) != (size > 1)) {
      return false;
    }
    groups[id] = size > 1 ? own.at(name).get<std::vector<std::int64_t>>() : std::vector{id};
  }
  for (const auto& [id, group] : groups) {
    const std::set<std::int64_t> members(group.begin(), group.end());
    bool agreed = static_cast<std::int64_t>(members.size()) == size &&
                  group.size() == members.size() && members.contains(id);
    for (const std::int64_t member : members) {
      agreed = agreed && stage_of(s, member) == stage_of(s, id) && groups[member] == group;
    }
    if (!agreed) {
      return false;
    }
  }
  return static_cast<std::int64_t>(json.size()) == s.num_procs;
}

}  // namespace

TEST_CASE("a single processor has no peers", "[report]") {
  CHECK(peers(1, 1, 1) == Json::parse(R"({"0": {}})"));
}

TEST_CASE("ranks count tensor first and data last", "[report]") {
  const Json json = peers(2, 2, 2);
  CHECK(json.size() == 8);
  CHECK(json["0"] == Json::parse(R"({"tensor": [0, 1], "pipeline": 2, "data": [0, 4]})"));
  CHECK(json["3"] == Json::parse(R"({"tensor": [2, 3], "pipeline": 1, "data": [3, 7]})"));
  CHECK(json["6"] == Json::parse(R"({"tensor": [6, 7], "pipeline": 4, "data": [2, 6]})"));
}

TEST_CASE("a parallelism of 1 has no member", "[report]") {
  CHECK(peers(3, 1, 1)["2"] == Json::parse(R"({"tensor": [0, 1, 2]})"));
  CHECK(peers(1, 3, 1)["2"] == Json::parse(R"({"pipeline": 0})"));
  CHECK(peers(1, 1, 3)["2"] == Json::parse(R"({"data": [0, 1, 2]})"));
}

TEST_CASE("the groups of each kind share out all processors, stage by stage", "[report]") {
  std::size_t grids = 0;
  for (const std::int64_t n : {8, 12}) {
    for (const std::int64_t p : {1, 2, 4}) {
      for (const std::int64_t t : divisors(n / p)) {
        for (const std::int64_t e : divisors(n / p)) {
          for (const std::int64_t g : divisors(n / p / e)) {
            const Strategy s = mixture(n, p, t, e, g);
            const Json json = peers(s);
            INFO("n " << n << " p " << p << " t " << t << " e " << e << " g " << g);
            CHECK(is_partition(json, s, "tensor", t));
            CHECK(is_partition(json, s, "data", s.data_par));
            CHECK(is_partition(json, s, "expert", e));
            CHECK(is_partition(json, s, "expert_slice", g));
            CHECK(is_partition(json, s, "data_exp", s.data_par_exp));
            ++grids;
          }
        }
      }
    }
  }
  CHECK(grids > 50);
}

TEST_CASE("slices stand next to each other, then come experts, then replicas", "[report]") {
  const Json json = peers(mixture(16, 2, 2, 2, 2));  // stage 0 has 0 1 4 5 8 9 12 13
  CHECK(json["5"] == Json::parse(R"({"tensor": [4, 5], "pipeline": 7, "data": [1, 5, 9, 13],
    "expert_slice": [4, 5], "expert": [1, 5], "data_exp": [5, 13]})"));
  CHECK(json["14"] == Json::parse(R"({"tensor": [14, 15], "pipeline": 12, "data": [2, 6, 10, 14],
    "expert_slice": [14, 15], "expert": [10, 14], "data_exp": [6, 14]})"));
}

TEST_CASE("a dense model of the preset of mixtures has dense peers", "[report]") {
  Strategy s = mixture(8, 2, 2, 1, 1);
  s.model_MoE = false;
  CHECK(peers(s) == peers(2, 2, 2));
}

}  // namespace calculon::test
