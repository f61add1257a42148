#include "calculon/strategy/setting_filter.h"

#include <catch2/catch.hpp>
#include <set>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

SettingFilter filter_of(std::string_view setting, std::string_view wanted) {
  SettingFilter filter;
  filter.accept(setting, wanted);
  return filter;
}

std::string message(std::string_view setting, std::string_view wanted) {
  return input_error_of([&] { filter_of(setting, wanted); });
}

// Which of 0 .. 20 a list of tensor degrees accepts.
std::set<std::int64_t> accepted(std::string_view wanted) {
  const SettingFilter filter = filter_of("tensor_par", wanted);
  std::set<std::int64_t> values;
  for (std::int64_t value = 0; value <= 20; ++value) {
    if (filter.accepts("tensor_par", value)) {
      values.insert(value);
    }
  }
  return values;
}

}  // namespace

TEST_CASE("a filter that names nothing accepts everything", "[strategy]") {
  const SettingFilter filter;
  CHECK_FALSE(filter.names("tensor_par"));
  CHECK(filter.accepts("tensor_par", 7));
  CHECK(filter.accepts("training", false));
}

TEST_CASE("numbers are wanted one by one or in ranges", "[strategy]") {
  CHECK(accepted("8") == std::set<std::int64_t>{8});
  CHECK(accepted("8,16") == std::set<std::int64_t>{8, 16});
  CHECK(accepted("3..5") == std::set<std::int64_t>{3, 4, 5});
  CHECK(accepted("3..3") == std::set<std::int64_t>{3});
  CHECK(accepted("1..2,4..5,20") == std::set<std::int64_t>{1, 2, 4, 5, 20});
  CHECK(accepted("0") == std::set<std::int64_t>{0});
  CHECK(filter_of("tensor_par", "8").accepts("pipeline_par", 3));  // another setting
}

TEST_CASE("names and truth values are wanted by name", "[strategy]") {
  const SettingFilter recompute = filter_of("activation_recompute", "full,none");
  CHECK(recompute.accepts("activation_recompute", ActivationRecompute::kFull));
  CHECK_FALSE(recompute.accepts("activation_recompute", ActivationRecompute::kAttnOnly));
  CHECK(recompute.accepts("activation_recompute", ActivationRecompute::kNone));
  const SettingFilter sharding = filter_of("optimizer_sharding", "false");
  CHECK(sharding.accepts("optimizer_sharding", false));
  CHECK_FALSE(sharding.accepts("optimizer_sharding", true));
  CHECK(filter_of("optimizer_sharding", "true,false").accepts("optimizer_sharding", true));
}

TEST_CASE("naming a setting again accepts more", "[strategy]") {
  SettingFilter filter;
  filter.accept("tensor_par", "2");
  filter.accept("tensor_par", "4");
  CHECK(filter.names("tensor_par"));
  CHECK_FALSE(filter.names("pipeline_par"));
  CHECK(filter.accepts("tensor_par", 2));
  CHECK(filter.accepts("tensor_par", 4));
  CHECK_FALSE(filter.accepts("tensor_par", 3));
}

TEST_CASE("a value that a setting cannot have is told with what it can", "[strategy]") {
  for (const std::string text : {"", "x", "-1", "1.5", "1..", "..2", "1...2", "1..2..3", "1;2",
                                 " 1", "99999999999999999999"}) {
    CHECK(message("tensor_par", text) ==
          "tensor_par is '" + text + "', expected numbers and ranges such as 8,16 or 1..8");
  }
  CHECK_THAT(message("tensor_par", "1,"), Catch::StartsWith("tensor_par is ''"));
  CHECK(message("optimizer_sharding", "yes") ==
        "optimizer_sharding is 'yes', expected true or false");
  CHECK_THAT(message("activation_recompute", "ful"),
             Catch::StartsWith("activation_recompute is 'ful', expected ") &&
                 Catch::Contains("attn_only") && Catch::EndsWith("(did you mean 'full'?)"));
  CHECK(message("colour", "red") == "an execution has no setting 'colour'");
}

}  // namespace calculon::test
