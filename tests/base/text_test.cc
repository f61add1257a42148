#include "base/text.h"

#include <catch2/catch.hpp>

namespace calculon::test {

using Parts = std::vector<std::string_view>;

TEST_CASE("a text has one part more than separators", "[base]") {
  CHECK((split("a,b,c", ',') == Parts{"a", "b", "c"}));
  CHECK((split("", ',') == Parts{""}));
  CHECK((split(",a,", ',') == Parts{"", "a", ""}));
  CHECK((split("model.hidden", '.') == Parts{"model", "hidden"}));
}

TEST_CASE("a list may be empty and may end with a separator", "[base]") {
  CHECK(split_list("", ',').empty());
  CHECK((split_list("a,b", ',') == Parts{"a", "b"}));
  CHECK((split_list("a,b,", ',') == Parts{"a", "b"}));
  CHECK((split_list("a,,b", ',') == Parts{"a", "", "b"}));
}

TEST_CASE("only the named blanks at the ends are trimmed", "[base]") {
  CHECK(trimmed("  a b ", " ") == "a b");
  CHECK(trimmed("\ta ", " ") == "\ta");
  CHECK(trimmed("\t \r", " \t\r").empty());
  CHECK(trimmed("", " ").empty());
}

TEST_CASE("a number is the whole of its text", "[base]") {
  CHECK(parse_number<std::int64_t>("12") == 12);
  CHECK(parse_number<int>("-3") == -3);
  CHECK(parse_number<double>("2.5e3") == 2500);
  for (const std::string_view other : {"", " 1", "1 ", "+1", "1x", "0x10"}) {
    CHECK_FALSE(parse_number<std::int64_t>(other));
    CHECK_FALSE(parse_number<double>(other));
  }
  CHECK_FALSE(parse_number<std::int64_t>("9223372036854775808"));
  CHECK_FALSE(parse_number<std::size_t>("-1"));
}

TEST_CASE("a name stands before the first equals sign", "[base]") {
  const auto both = name_and_value("a=b=c");
  REQUIRE(both);
  CHECK(both->first == "a");
  CHECK(both->second == "b=c");
  CHECK(name_and_value("a=")->second.empty());
  CHECK_FALSE(name_and_value("a"));
  CHECK_FALSE(name_and_value("=b"));
}

TEST_CASE("a range is a number or two with dots between", "[base]") {
  const auto parse = [](std::string_view text) {
    return parse_range(text, parse_number<std::int64_t>);
  };
  CHECK(parse("8")->first == 8);
  CHECK(parse("8")->last == 8);
  CHECK(parse("1..16")->first == 1);
  CHECK(parse("1..16")->last == 16);
  CHECK(parse("9..3")->last == 3);  // the caller's to judge
  for (const std::string_view other : {"", "..", "1..", "..2", "1...2", "1.2", "a"}) {
    CHECK_FALSE(parse(other));
  }
}

TEST_CASE("a shell reads a quoted word as it was", "[base]") {
  CHECK(shell_word("model's file") == R"('model'\''s file')");
  CHECK(shell_word("") == "''");
  CHECK(shell_argument("results/a_b-1.csv") == "results/a_b-1.csv");
  CHECK(shell_argument("my results") == "'my results'");
  CHECK(shell_argument("$x") == "'$x'");
}

}  // namespace calculon::test
