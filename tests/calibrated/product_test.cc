// Laws of matrix products and collectives, worked by hand.
#include "calibrated/product.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "calibrated/machine.h"

namespace calculon::test {
namespace {

// 100 units, 1 Tflop/s of products, 1 TB/s.
constexpr ProductLaw kLaw = {1e12, 2, 1e12, 100};

Machine small_machine() {
  Machine machine;
  machine.domain = 8;
  machine.domain_rate = 100e9;
  machine.outer_rate = 20e9;
  machine.constants.network_efficiency = 0.5;
  return machine;
}

}  // namespace

TEST_CASE("a product takes whole waves of tiles, in part", "[calibrated]") {
  // 10 x 20 tiles of 256 x 128 are 2 waves of 100 units, each 2 * 256 * 128 * (1000 + 300) flops.
  CHECK(kLaw.seconds(2560, 2560, 1000) == Approx(2 * 100 * 2 * 256.0 * 128 * 1300 / 1e12));
  // 11 x 20 tiles are 2.2 waves, charged as 0.4 * 3 + 0.6 * 2.2; tiles of 128 x 128 do better:
  // 21 x 20 are 4.2 waves, charged as 0.4 * 5 + 0.6 * 4.2.
  CHECK(kLaw.seconds(2561, 2560, 1000) ==
        Approx((0.4 * 5 + 0.6 * 4.2) * 100 * 2 * 128.0 * 128 * 1300 / 1e12));
}

TEST_CASE("a small product takes small tiles at three quarters of the speed", "[calibrated]") {
  // 1 tile of 128 x 64 is 0.01 waves, charged as one whole: 0.4 + 0.6.
  CHECK(kLaw.seconds(100, 60, 724) == Approx(100 * 2 * 128.0 * 64 * 1024 / 0.75 / 1e12));
}

TEST_CASE("a thin product waits for memory", "[calibrated]") {
  const ProductLaw fast = {1e18, 2, 1e12, 100};
  CHECK(fast.seconds(1000, 2000, 10, 3) ==
        Approx(3 * (2 * (1000.0 * 10 + 2000 * 10) + 2 * 1000.0 * 2000) / 1e12));
}

TEST_CASE("a collective inside a domain grows into its rate", "[calibrated]") {
  const Machine machine = small_machine();
  // At 2e7 bytes half of 0.8 * 100 GB/s is reached.
  const RankGroup inside = {4, false, 4};
  const double gather = 0.75 * 2e7 / 40e9 + 20e-6;
  CHECK(collective_seconds(machine, GroupOp::kScatterOrGather, 2e7, inside) == Approx(gather));
  CHECK(collective_seconds(machine, GroupOp::kAllReduce, 2e7, inside) ==
        Approx(2 * 0.75 * 2e7 / 40e9 + 20e-6));
  CHECK(collective_seconds(machine, GroupOp::kAllReduce, 2e7, {1, false, 1}) == 0);
}

TEST_CASE("a collective across domains has the links of its members inside", "[calibrated]") {
  Machine machine = small_machine();
  // 16 ranks, 2 in a domain: 2 * 20 * 0.5 GB/s, half of it at 4e6 bytes.
  const RankGroup across = {16, true, 2};
  CHECK(collective_seconds(machine, GroupOp::kScatterOrGather, 4e6, across) ==
        Approx(15.0 / 16 * 4e6 / 10e9 + 4e-5));
  machine.constants.network_step_seconds = 1e-6;
  CHECK(collective_seconds(machine, GroupOp::kAllReduce, 4e6, across) ==
        Approx(2 * 15.0 / 16 * 4e6 / 10e9 + 4e-5 + 2 * 15e-6));
  // Never faster than inside: 16 members in a domain have no more than 80 GB/s.
  CHECK(collective_seconds(small_machine(), GroupOp::kScatterOrGather, 4e6, {32, true, 16}) ==
        Approx(31.0 / 32 * 4e6 / 40e9 + 5e-5));
}

TEST_CASE("tensor ranks are neighbours, data and pipeline ranks are far", "[calibrated]") {
  CalibratedExecution e;
  e.tensor_par = 4;
  e.context_par = 2;
  e.data_par = 4;
  e.pipeline_par = 2;
  e.expert_par = 8;
  e.expert_tensor_par = 2;
  const RankPlacement placement = place_groups(e, 8, true);
  CHECK_FALSE(placement.tensor.crosses);
  CHECK_FALSE(placement.context_crosses);
  CHECK(placement.data.size == 8);
  CHECK(placement.data.crosses);
  CHECK(placement.data.inside == 2);       // 8 processors of a domain are 2 tensor groups
  CHECK(placement.expert_data.size == 2);  // 32 ranks of a stage over 16
  CHECK(placement.expert_data.inside == 1);
  CHECK(placement.expert_inside == 0.5);  // 4 of 8 ranks stand in a domain
  CHECK(placement.pipeline_crosses);
  CHECK(place_groups(e, 8, false).expert_data.size == 1);
}

}  // namespace calculon::test
