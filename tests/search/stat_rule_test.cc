#include "calculon/search/stat_rule.h"

#include <catch2/catch.hpp>
#include <limits>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

std::string filter_message(std::string_view text) {
  return input_error_of([&] { parse_stat_filter(text); });
}

std::string order_message(std::string_view text) {
  return input_error_of([&] { parse_stat_order(text); });
}

Stats with_total_time(double seconds) {
  Stats stats{};
  stats.total_time = seconds;
  return stats;
}

}  // namespace

TEST_CASE("a condition compares a statistic with a number", "[search]") {
  struct Condition {
    std::string_view text;
    bool below;
    bool equal;
    bool above;
  };
  for (const Condition& condition : std::vector<Condition>{
           {"total_time<2", true, false, false},
           {"total_time<=2", true, true, false},
           {"total_time>2", false, false, true},
           {"total_time>=2", false, true, true},
           {"total_time==2", false, true, false},
           {"total_time!=2", true, false, true},
           {" total_time  <= 0.2e1 ", true, true, false},
       }) {
    INFO(condition.text);
    const StatFilter filter = parse_stat_filter(condition.text);
    CHECK(filter.field->name == "total_time");
    CHECK(filter.accepts(with_total_time(1)) == condition.below);
    CHECK(filter.accepts(with_total_time(2)) == condition.equal);
    CHECK(filter.accepts(with_total_time(3)) == condition.above);
  }
}

TEST_CASE("a condition that cannot be read is told with what is expected", "[search]") {
  CHECK(filter_message("total_time") ==
        "'total_time' is no condition, expected a statistic, one of < <= > >= == != and a number");
  CHECK(filter_message("total_time=2") ==
        "'total_time=2' is no condition, expected a statistic, one of < <= > >= == != and a "
        "number");
  CHECK(filter_message("").starts_with("'' is no condition"));
  for (const std::string_view number : {"", "much", "2s", "2 3", "<2"}) {
    CHECK_THAT(filter_message("total_time<" + std::string(number)),
               Catch::EndsWith("expected a number"));
  }
  CHECK(filter_message("totl_time<2") ==
        "there is no statistic 'totl_time' (did you mean 'total_time'?)");
  CHECK(filter_message("<2") == "there is no statistic ''");
}

TEST_CASE("rates and efficiencies are better when larger, all else when smaller", "[search]") {
  for (const auto& field : kStatsFields) {
    const std::string name(field.name);
    INFO(name);
    CHECK(parse_stat_order(name).larger_is_better() ==
          (name == "sample_rate" || name.ends_with("_efficiency")));
  }
  CHECK(parse_stat_order(" total_time ").score(with_total_time(3)) == -3);
  CHECK(StatOrder{}.field->name == "sample_rate");
  CHECK(order_message("sample_rat") ==
        "there is no statistic 'sample_rat' (did you mean 'sample_rate'?)");
}

TEST_CASE("a statistic that is missing ranks last and meets no condition", "[search]") {
  const Stats missing = with_total_time(std::numeric_limits<double>::quiet_NaN());
  CHECK(parse_stat_order("total_time").score(missing) == -std::numeric_limits<double>::infinity());
  CHECK_FALSE(parse_stat_filter("total_time>=0").accepts(missing));
  CHECK_FALSE(parse_stat_filter("total_time<0").accepts(missing));
}

}  // namespace calculon::test
