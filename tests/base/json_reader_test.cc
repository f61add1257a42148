#include "base/json_reader.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

std::string parse_message(const std::string& text) {
  return input_error_of([&] { parse_json("a.json", text); });
}

// The message of reading the value of {"x": `value`} with `read`.
template <class Read>
std::string value_message(const std::string& value, const Read& read) {
  const Json json = parse_json("a.json", "{\"x\": " + value + "}");
  const JsonReader reader("a.json", json);
  return input_error_of([&] { read(reader["x"]); });
}

}  // namespace

TEST_CASE("a syntax mistake is told with its line and column", "[json]") {
  CHECK_THAT(parse_message("{\n  \"a\": 1,\n  \"b\" 2\n}"),
             Catch::StartsWith("a.json: not valid JSON at line 3, column 7: syntax error"));
  CHECK_THAT(parse_message(""), Catch::StartsWith("a.json: not valid JSON at line 1, column 1"));
  CHECK_THAT(parse_message("{} {}"), Catch::StartsWith("a.json: not valid JSON at line 1"));
}

TEST_CASE("what JSON does not have is no number", "[json]") {
  for (const std::string text : {"{\"a\": NaN}", "{\"a\": Infinity}", "{\"a\": -Infinity}",
                                 "{\"a\": 1e999}", "{\"a\": 01}", "{\"a\": .5}", "{'a': 1}"}) {
    INFO(text);
    CHECK_THAT(parse_message(text), Catch::StartsWith("a.json: not valid JSON"));
  }
}

TEST_CASE("a message about strange bytes stays printable and on one line", "[json]") {
  const std::string message = parse_message("{\"a\": \"\x01\xff\n\"}");
  CHECK_THAT(message, Catch::StartsWith("a.json: not valid JSON"));
  CHECK(message.find_first_of("\n\x01\xff") == std::string::npos);
}

TEST_CASE("deep nesting is rejected before it costs anything", "[json]") {
  const std::size_t levels = 200'000;
  CHECK(parse_message(std::string(levels, '[')) == "a.json: nested deeper than 64 levels");
  CHECK(parse_message(std::string(60, '[') + std::string(60, ']')) == "(no error)");
}

TEST_CASE("counts are integers in a range", "[json]") {
  const auto count = [](const JsonReader& json) { json.integer(1); };
  const std::string expected = ", expected an integer from 1 to 1000000000";
  CHECK(value_message("1000000000", count) == "(no error)");
  for (const std::string value :
       {"0", "-3", "1.5", "1000000001", "18446744073709551615", "true", "null", "\"8\"", "1e3"}) {
    CHECK(value_message(value, count) == "a.json: x is " + Json::parse(value).dump() + expected);
  }
  CHECK(value_message("99999999999999999999999", count) ==
        "a.json: x is 9.999999999999999e+22" + expected);
}

TEST_CASE("real numbers are held against their range", "[json]") {
  const auto message = [](const std::string& value, const Range& range) {
    return value_message(value, [&](const JsonReader& json) { json.number(range); });
  };
  CHECK(message("1", kEfficiency) == "(no error)");
  CHECK(message("0", kEfficiency) == "a.json: x is 0, expected 0 < x <= 1");
  CHECK(message("1", kUsage) == "a.json: x is 1, expected 0 <= x < 1");
  CHECK(message("-1", kNotNegative) == "a.json: x is -1, expected a number from 0");
  CHECK(message("0", kPositive) == "a.json: x is 0, expected a number above 0");
  CHECK(message("\"x\"", kAnyReal) == "a.json: x is \"x\", expected a number");
  CHECK(message("1e31", kPositive) ==
        "a.json: x is 1e+31, expected a number above 0 and at most 1e+30");
}

TEST_CASE("a value of the wrong kind is shown and what is accepted named", "[json]") {
  const auto boolean = [](const JsonReader& json) { json.boolean(); };
  CHECK(value_message("1", boolean) == "a.json: x is 1, expected true or false");
  CHECK(value_message("{}", boolean) == "a.json: x is an object, expected true or false");
  CHECK(value_message("[1, 2]", boolean) == "a.json: x is an array of 2, expected true or false");
  CHECK(value_message("\"" + std::string(100, 'y') + "\"", boolean) ==
        "a.json: x is \"" + std::string(59, 'y') + "..., expected true or false");
  CHECK(value_message("3", [](const JsonReader& json) { json.string(); }) ==
        "a.json: x is 3, expected a string");
  CHECK(value_message("3", [](const JsonReader& json) { json.size(); }) ==
        "a.json: x is 3, expected an array");
  CHECK(value_message("3", [](const JsonReader& json) { json["y"]; }) ==
        "a.json: x is 3, expected an object");
}

TEST_CASE("the path of a value stands in its message", "[json]") {
  const Json json = parse_json("a.json", R"({"a": {"b": [1, {"c": 7}]}})");
  const JsonReader reader("a.json", json);
  CHECK(input_error_of([&] { reader["a"]["b"][1]["c"].boolean(); }) ==
        "a.json: a.b[1].c is 7, expected true or false");
  CHECK(reader.place() == "a.json");
  CHECK(reader.has("a"));
  CHECK_FALSE(reader.has("b"));
}

TEST_CASE("a key given twice does not silently count with its last value", "[json]") {
  const auto message = [](const std::string& text) {
    return input_error_of([&] { parse_json("a.json", text); });
  };
  CHECK(message(R"({"a": 1, "a": 2})") == "a.json has the key 'a' twice, in line 1");
  CHECK(message("{\"a\": 1,\n\n\"\\u0061\": 2}\n") ==
        "a.json has the key 'a' twice, in lines 1 and 3");
  CHECK(message(R"({"n": [7, [], {"x": {"a": 1, "b": {}, "a": 1}}]})") ==
        "a.json: n[2].x has the key 'a' twice, in line 1");
  CHECK(message(R"([{"a": 1}, {"a": {"a": 2}}])") == "(no error)");
  CHECK_THAT(message(R"({"a": 1, "b": )"), Catch::StartsWith("a.json: not valid JSON at line 1"));
}

TEST_CASE("text behind a NUL is not left out", "[json]") {
  const std::string text = std::string("{\n\"a\": 1}") + '\0' + "{\"garbage";
  CHECK(input_error_of([&] { parse_json("a.json", text); }) ==
        "a.json: not valid JSON at line 2, column 8: has a NUL");
}

}  // namespace calculon::test
