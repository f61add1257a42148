#include "strategy/crossing_group.h"

#include <catch2/catch.hpp>

#include "support/tiny.h"

namespace calculon::test {
namespace {

// On a first tier of 8 processors that need not be filled.
System loose_system() {
  System system = tiny_moe_system();
  system.networks[0].size = 8;
  system.networks[0].must_be_filled = false;
  return system;
}

Strategy in_groups(std::int64_t tensor_par, std::int64_t data_par) {
  Strategy s = tiny_strategy();
  s.num_procs = tensor_par * data_par;
  s.tensor_par = tensor_par;
  s.data_par = data_par;
  s.data_par_net = 1;
  return s;
}

}  // namespace

TEST_CASE("groups of six cross the border of a tier of eight", "[strategy]") {
  System system = loose_system();
  const auto crossing = crossing_group(in_groups(6, 4), system);
  REQUIRE(crossing);
  CHECK(crossing->tier == 0);
  CHECK(crossing->group == 6);
  CHECK(crossing_text(*crossing, system) ==
        "network tier 0 of system.json connects 8 processors and need not be filled "
        "(must_be_filled is false): the published model takes every group of 6 on it as within the "
        "tier, though some of them would cross to another one");
  system.networks[0].must_be_filled = true;  // then it is infeasible (I2)
  CHECK_FALSE(crossing_group(in_groups(6, 4), system));
}

TEST_CASE("no group crosses a border that it divides or that is not there", "[strategy]") {
  const System system = loose_system();
  CHECK(may_cross(system, 24));
  CHECK_FALSE(may_cross(system, 8));
  CHECK_FALSE(crossing_group(in_groups(4, 6), system));
  CHECK_FALSE(crossing_group(in_groups(8, 6), system));
  CHECK_FALSE(crossing_group(in_groups(1, 24), system));
  CHECK_FALSE(crossing_group(in_groups(6, 1), system));  // alone in the tier
}

TEST_CASE("groups of experts cross borders, too", "[strategy]") {
  const System system = loose_system();
  Strategy s = in_groups(4, 6);
  s.set_preset(Preset::kCalculonMoe);
  s.model_MoE = true;
  s.expert_par = 3;
  s.expert_par_net = 0;
  s.expert_slice = s.data_par_exp = 1;
  s.pipeline_par_net = 1;
  REQUIRE(crossing_group(s, system));
  CHECK(crossing_group(s, system)->group == 3);
  s.expert_par = 4;
  CHECK_FALSE(crossing_group(s, system));
}

}  // namespace calculon::test
