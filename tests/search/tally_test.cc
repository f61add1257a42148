#include "calculon/search/tally.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/tiny_search.h"

namespace calculon::test {
namespace {

const Tally::Rejections& of(const Tally& tally, Reason reason) {
  return tally.bad[static_cast<std::size_t>(reason)];
}

Infeasible too_large(double needed) {
  return {Reason::kTier1Capacity, needed, 10};
}

}  // namespace

TEST_CASE("a tally counts by reason", "[search]") {
  Tally tally;
  tally.good = 3;
  tally.total = 3;
  tally.reject(too_large(20), 2, 5);
  tally.reject({Reason::kTier2Capacity, 20, 10}, 1, 4);
  tally.reject({Reason::kNetworkTooSmall, 2, 1}, 0, 9);
  CHECK(tally.total == 6);
  CHECK(tally.num_bad() == 3);
  CHECK(of(tally, Reason::kTier1Capacity).count == 2);
  CHECK(of(tally, Reason::kTier2Capacity).count == 1);
  CHECK(of(tally, Reason::kNetworkTooSmall).count == 0);
}

TEST_CASE("the sample of a reason is the closest, then the first", "[search]") {
  Tally tally;
  tally.reject(too_large(30), 1, 1);
  tally.reject(too_large(20), 1, 7);
  tally.reject(too_large(20), 1, 6);
  tally.reject(too_large(20), 1, 8);
  CHECK(of(tally, Reason::kTier1Capacity).closest.needed == 20);
  CHECK(of(tally, Reason::kTier1Capacity).closest_index == 6);
}

TEST_CASE("merging does not depend on the order or on the parts", "[search]") {
  std::vector<Tally> parts(3);
  Tally whole;
  for (std::int64_t i = 0; i < 60; ++i) {
    const auto reason = static_cast<Reason>(i % static_cast<std::int64_t>(kEnumSize<Reason>));
    const Infeasible why{reason, static_cast<double>(20 + i * 37 % 11), 10};
    parts[static_cast<std::size_t>(i * 7 % 3)].reject(why, 1 + i % 4, i);
    whole.reject(why, 1 + i % 4, i);
  }
  parts[2].total += 4;
  parts[2].good = 4;
  whole.total += 4;
  whole.good = 4;
  std::vector<std::size_t> order = {0, 1, 2};
  do {
    Tally merged;
    for (const std::size_t part : order) {
      merged.merge(parts[part]);
    }
    CHECK(tally_text(merged) == tally_text(whole));
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace calculon::test
