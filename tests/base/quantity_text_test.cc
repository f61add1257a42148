#include "calculon/base/quantity_text.h"

#include <catch2/catch.hpp>
#include <limits>

namespace calculon {

TEST_CASE("quantities print with the published steps, prefixes and suffixes", "[base]") {
  CHECK(quantity_text(0, QuantityKind::kBytes) == "0.000 iB");
  CHECK(quantity_text(1536, QuantityKind::kBytes) == "1.500 kiB");
  CHECK(quantity_text(3.4885e9, QuantityKind::kBandwidth) == "3.489 GB/s");
  CHECK(quantity_text(1.2594905e8, QuantityKind::kPlain) == "125.949 M");
  CHECK(quantity_text(1048576, QuantityKind::kBinary) == "1.000 M");
  CHECK(quantity_text(2.5e15, QuantityKind::kFlops) == "2.500 POps");
  CHECK(quantity_text(312e12, QuantityKind::kThroughput, 0) == "312 TOp/s");
}

TEST_CASE("a step is taken only when it is reached", "[base]") {
  CHECK(quantity_text(999, QuantityKind::kPlain) == "999.000 ");
  CHECK(quantity_text(1000, QuantityKind::kPlain) == "1.000 k");
  CHECK(quantity_text(1023, QuantityKind::kBytes) == "1023.000 iB");
  CHECK(quantity_text(1024, QuantityKind::kBytes) == "1.000 kiB");
}

TEST_CASE("a negative quantity keeps its sign and its prefix", "[base]") {
  CHECK(quantity_text(-1536, QuantityKind::kBytes) == "-1.500 kiB");
}

TEST_CASE("a missing quantity is n/a", "[base]") {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  CHECK(quantity_text(missing, QuantityKind::kBytes) == "n/a iB");
  CHECK(quantity_text(missing, QuantityKind::kPlain) == "n/a ");
}

TEST_CASE("quantities past the seventh step still have words", "[base]") {
  CHECK(quantity_text(1e21, QuantityKind::kFlops) == "1.000 ZOps");
  CHECK(quantity_text(1e24, QuantityKind::kFlops) == "1.000 YOps");
  CHECK(quantity_text(5e33, QuantityKind::kPlain, 1) == "5000.0 Q");
}

TEST_CASE("counts are grouped by thousands", "[base]") {
  CHECK(grouped_digits(0) == "0");
  CHECK(grouped_digits(999) == "999");
  CHECK(grouped_digits(-1000) == "-1,000");
  CHECK(grouped_digits(7126368) == "7,126,368");
}

TEST_CASE("texts of our own have bytes without a binary prefix", "[base]") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(512) == "512 B");
  CHECK(bytes_text(1023) == "1023 B");
  CHECK(bytes_text(1024) == "1.000 kiB");
  CHECK(bytes_text(-1536, 1) == "-1.5 kiB");
  CHECK(bytes_text(std::numeric_limits<double>::quiet_NaN()) == "n/a iB");
}

}  // namespace calculon
