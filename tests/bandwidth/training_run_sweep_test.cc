// Numbers as they are written, exact divisibility, names of fields, the axes of a sweep.
#include "bandwidth/training_run_sweep.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "bandwidth/exact.h"
#include "calculon/bandwidth/estimate.h"
#include "support/input_error_of.h"

namespace calculon::test {
namespace {

std::vector<std::int64_t> integers(const std::string& text) {
  std::vector<std::int64_t> values;
  for (const InputValue& value : parse_sweep_values("pp", InputKind::kInteger, text, {})) {
    values.push_back(std::get<std::int64_t>(value));
  }
  return values;
}

}  // namespace

TEST_CASE("integers are decimal and whole", "[bandwidth]") {
  CHECK(parse_integer("42") == 42);
  CHECK(parse_integer("+42") == 42);
  CHECK(parse_integer("-1") == -1);
  CHECK(parse_integer("010") == 10);
  for (const char* text :
       {"", "+", "+-1", "1e3", "2.0", "0x10", " 1", "1 ", "9223372036854775808"}) {
    CHECK_FALSE(parse_integer(text));
  }
}

TEST_CASE("reals are decimal and may be infinite or no number", "[bandwidth]") {
  CHECK(parse_real("13e12") == 13e12);
  CHECK(parse_real("-.5E+2") == -50);
  CHECK(parse_real("5.") == 5);
  CHECK(std::isinf(*parse_real("inf")));
  CHECK(std::isinf(*parse_real("1e999")));
  CHECK(std::isnan(*parse_real("NaN")));
  for (const char* text : {"", ".", "e3", "1e", "0x1p3", "many", "1,5", "nan(1)", "--1"}) {
    CHECK_FALSE(parse_real(text));
  }
}

TEST_CASE("divisibility is exact beyond 64 bits", "[bandwidth]") {
  const std::int64_t large = std::int64_t{1} << 40;
  CHECK(divides({6, 4}, {8, 9}));
  CHECK_FALSE(divides({6, 4}, {4, 3}));
  CHECK(divides({large, large}, {large, large, 3}));
  CHECK_FALSE(divides({large, large, 3}, {large, large}));
  CHECK(divides({large, 3}, {large, large, 3}));
  CHECK_FALSE(divides({large * 8}, {2, 2}));
  CHECK(saturated({large, large}) == INT64_MAX);
}

TEST_CASE("an axis is a list of values and ranges", "[bandwidth]") {
  CHECK(integers("1,2,8") == std::vector<std::int64_t>{1, 2, 8});
  CHECK(integers("1..4,16") == std::vector<std::int64_t>{1, 2, 3, 4, 16});
  CHECK(integers("-1..1") == std::vector<std::int64_t>{-1, 0, 1});
  for (const char* text : {"", "1,", "4..1", "1..", "..", "1..2.5", "x", "1..99999999999"}) {
    INFO(text);
    CHECK_THAT(input_error_of([&] { integers(text); }), Catch::StartsWith("--sweep: pp is '"));
  }
  CHECK(input_error_of([] { split_sweep("p_data"); }) ==
        "--sweep is 'p_data', expected an option and its values as in p_data=1,2,4 or "
        "p_pipe=1..16");
  const std::vector<Chip> chips = {{"H100", 1, 1, 1}, {"A100", 1, 1, 1}};
  CHECK(std::get<const Chip*>(
            parse_sweep_values("chip_type", InputKind::kChip, "A100", chips)[0]) == &chips[1]);
  CHECK(input_error_of([&] { parse_sweep_values("chip_type", InputKind::kChip, "V100", chips); }) ==
        "--sweep: chip_type is 'V100', expected H100 or A100");
}

TEST_CASE("a sweep visits every combination, the last axis fastest", "[bandwidth]") {
  const Chip chip = {"X", 1e15, 1e12, 1e11};
  EstimateInputs base;
  base.n_layers = 8;
  base.d_model = 64;
  base.chip_type = &chip;
  const TrainingRunSweep<EstimateModel> sweep(base,
                                              {parse_sweep_axis<EstimateModel>("pp=1..3", {}),
                                               parse_sweep_axis<EstimateModel>("tp2=1,5", {})});
  REQUIRE(sweep.size() == 6);
  std::vector<std::string> seen;
  sweep.for_each([&](std::int64_t index, auto positions, const TrainingRunRule* rule,
                     const auto& result) {
    CHECK(std::vector<std::size_t>(positions.begin(), positions.end()) == sweep.positions(index));
    EstimateResult alone;
    CHECK(evaluate_estimate(sweep.at(positions), alone) == rule);
    CHECK((rule || alone.batch_time == result.batch_time));
    seen.emplace_back(rule ? rule->id : "ok");
    return true;
  });
  CHECK(seen == std::vector<std::string>{"ok", "E9", "ok", "E9", "E5", "E5"});
}

TEST_CASE("a field is named by what only it begins with", "[bandwidth]") {
  const auto names = names_of(kEstimateOutputFields);
  CHECK(names[named_field("result", "batch_time", names)] == "batch_time");
  CHECK(names[named_field("result", "runtime", names)] == "run_time_days");
  CHECK(names[named_field("result", "util", names)] == "utilization");
  CHECK(input_error_of([&] { named_field("result", "tokens_per_matmull", names); }) ==
        "there is no result 'tokens_per_matmull' (did you mean 'tokens_per_matmul'?)");
  CHECK(input_error_of([&] { named_field("result", "flop", names); }) ==
        "the result 'flop' can mean flop_per_batch or flop_per_expert");
}

}  // namespace calculon::test
