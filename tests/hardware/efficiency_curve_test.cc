#include "calculon/hardware/efficiency_curve.h"

#include <catch2/catch.hpp>

#include "calculon/hardware/memory.h"
#include "calculon/hardware/processor.h"
#include "support/input_error_of.h"

namespace calculon::test {

TEST_CASE("an efficiency is that of the first step that the size reaches", "[hardware]") {
  const EfficiencyCurve curve("curve", {{100, 0.9}, {10, 0.5}, {0, 0.1}});
  CHECK(curve.efficiency(1000) == 0.9);
  CHECK(curve.efficiency(100) == 0.9);
  CHECK(curve.efficiency(99.9) == 0.5);
  CHECK(curve.efficiency(9) == 0.1);
  CHECK(curve.efficiency(0) == 0.1);
}

TEST_CASE("steps are searched in file order", "[hardware]") {
  const EfficiencyCurve curve("curve", {{10, 0.5}, {100, 0.9}, {0, 0.1}});
  CHECK(curve.efficiency(1000) == 0.5);
}

TEST_CASE("a size below every step is an input error", "[hardware]") {
  const EfficiencyCurve high("a.json: mem1.MB_efficiency", {{10, 0.5}});
  CHECK(input_error_of([&] { static_cast<void>(high.efficiency(3)); }) ==
        "a.json: mem1.MB_efficiency has no step for an operation of size 3, expected a last pair "
        "with threshold 0");
  const EfficiencyCurve empty("a.json: mem1.MB_efficiency", {});
  CHECK(input_error_of([&] { static_cast<void>(empty.efficiency(3)); }) ==
        "a.json: mem1.MB_efficiency is empty, expected pairs that end with a threshold of 0");
}

TEST_CASE("engines and memories work at peak times efficiency", "[hardware]") {
  const Engine engine{2e12, EfficiencyCurve("curve", {{1e9, 0.5}, {0, 0.25}})};
  CHECK(engine.seconds(1e9) == 1e9 / (2e12 * 0.5));
  CHECK(engine.seconds(1e6) == 1e6 / (2e12 * 0.25));
  CHECK(engine.seconds(0) == 0);
  const Memory memory{1e9, 1e11, EfficiencyCurve("curve", {{0, 0.5}})};
  CHECK(memory.seconds(1e9) == 1e9 / (1e11 * 0.5));
  CHECK(memory.seconds(0) == 0);
}

}  // namespace calculon::test
