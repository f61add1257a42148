#include "calculon/base/divisors.h"

#include <catch2/catch.hpp>

namespace calculon {

using Numbers = std::vector<std::int64_t>;

TEST_CASE("divisors come in ascending order, each once", "[base]") {
  CHECK(divisors(1) == Numbers{1});
  CHECK(divisors(7) == Numbers{1, 7});
  CHECK(divisors(12) == Numbers{1, 2, 3, 4, 6, 12});
  CHECK(divisors(36) == Numbers{1, 2, 3, 4, 6, 9, 12, 18, 36});
}

TEST_CASE("a large number has its divisors at once", "[base]") {
  CHECK(divisors(1'000'000'000).size() == 100);
}

}  // namespace calculon
