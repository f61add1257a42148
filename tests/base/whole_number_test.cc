#include "base/whole_number.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "text/csv.h"

namespace calculon::test {

TEST_CASE("whole numbers are exact up to 2^53", "[base]") {
  CHECK(is_exact_count(0));
  CHECK(is_exact_count(-12));
  CHECK(is_exact_count(9007199254740992.0));
  CHECK_FALSE(is_exact_count(9007199254740994.0));
  CHECK_FALSE(is_exact_count(0.5));
  CHECK_FALSE(is_exact_count(std::nan("")));
  CHECK_FALSE(is_exact_count(HUGE_VAL));
}

TEST_CASE("a whole number in a table has all its digits", "[base]") {
  for (const double value : {0.0, 1e15, 1234567890123456.0, 9007199254740991.0}) {
    std::string text;
    append_number(text, value);
    CHECK(text == std::to_string(static_cast<long long>(value)));
  }
}

}  // namespace calculon::test
