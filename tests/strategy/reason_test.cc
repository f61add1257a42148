#include "calculon/strategy/reason.h"

#include <catch2/catch.hpp>

#include "calculon/strategy/outcome.h"

namespace calculon {

TEST_CASE("every reason is told in words and numbers", "[strategy]") {
  const double gib = 1024.0 * 1024.0 * 1024.0;
  CHECK(describe({Reason::kNetworkTooSmall, 16, 8, 1}) ==
        "network tier 1 is too small: it connects 8 processors, 16 are needed");
  CHECK(describe({Reason::kNetworkNotFilled, 3, 8, 0}) ==
        "network tier 0 must be filled: 3 processors on it do not divide its size 8");
  CHECK(describe({Reason::kInterleavingTooLarge, 4, 2}) ==
        "pipeline interleaving 4 exceeds the 2 blocks per processor");
  CHECK(describe({Reason::kInterleavingNotDivisor, 2, 3}) ==
        "pipeline interleaving 2 does not divide the 3 blocks per processor");
  CHECK(describe({Reason::kOffloadNeedsThreeBlocks, 3, 2}) ==
        "offloading needs at least 3 blocks per processor, there are 2");
  CHECK(describe({Reason::kTier1Capacity, 93 * gib, 80 * gib}) ==
        "memory tier 1 needs 93.000 GiB but has 80.000 GiB (13.000 GiB too much)");
  CHECK(describe({Reason::kTier2Capacity, gib, 0}) ==
        "memory tier 2 needs 1.000 GiB but has 0.000 iB (1.000 GiB too much)");
}

TEST_CASE("a shortfall is a ratio, or what is needed where there is nothing", "[strategy]") {
  CHECK(shortfall_ratio({Reason::kTier1Capacity, 30, 20}) == 1.5);
  CHECK(shortfall_ratio({Reason::kTier2Capacity, 30, 0}) == 30);
}

TEST_CASE("an outcome holds a value or a reason", "[strategy]") {
  const Outcome<std::string> value(std::string("yes"));
  REQUIRE(value);
  CHECK(*value == "yes");
  CHECK(value->size() == 3);
  const Outcome<std::string> none(Infeasible{Reason::kTier1Capacity, 2, 1});
  REQUIRE_FALSE(none);
  CHECK(none.error().reason == Reason::kTier1Capacity);
}

}  // namespace calculon
