#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/enum_names.h"
#include "calculon/base/input_error.h"

namespace calculon {

using Json = nlohmann::ordered_json;

// Parses the text of `file`. Throws InputError for anything but one JSON value: bad syntax (with
// line and column), NaN or Infinity, numbers past the range of a double, and
// a size, nesting or number of values or keys far beyond a configuration's.
Json parse_json(const std::string& file, const std::string& text);

// A range of accepted numbers, with its text for messages.
struct Range {
  double min;
  double max;
  bool min_included;
  bool max_included;
  std::string_view text;

  bool contains(double x) const {
    return (min_included ? x >= min : x > min) && (max_included ? x <= max : x < max);
  }
};

inline constexpr double kLargestReal = 1e30;
// Any count: wide enough for every machine and model to come, and products of two fit 64 bits.
inline constexpr std::int64_t kLargestCount = 1'000'000'000;

inline constexpr Range kPositive = {0, kLargestReal, false, true, "a number above 0"};
inline constexpr Range kNotNegative = {0, kLargestReal, true, true, "a number from 0"};
inline constexpr Range kAnyReal = {-kLargestReal, kLargestReal, true, true, "a number"};
inline constexpr Range kEfficiency = {0, 1, false, true, "0 < x <= 1"};
inline constexpr Range kUsage = {0, 1, true, false, "0 <= x < 1"};

// Keys that the object of a whole file may have for people: nobody reads their values, but for the
// notes of systems.
inline constexpr std::array<std::string_view, 4> kFreeKeys = {"name", "notes", "source",
                                                              "provenance"};

// A place in a parsed file: the value and the path that led to it, so that every complaint can
// name file, path, value found and what is accepted.
class JsonReader {
 public:
  JsonReader(std::string_view file, const Json& json) : file_(file), json_(&json) {}

  // Members of an object; a missing one names the nearest key that is there.
  JsonReader operator[](std::string_view key) const;
  bool has(std::string_view key) const;
  std::vector<std::string_view> keys() const;
  // Throws unless the object has all of the `required` keys, and none but these and the `optional`
  // ones. All that are missing are named at once.
  void require_keys(std::span<const std::string_view> required,
                    std::span<const std::string_view> optional = {}) const;
  // Throws if the object has keys other than these.
  void allow_keys(std::span<const std::string_view> allowed) const;

  // Elements of an array.
  std::size_t size() const;
  JsonReader operator[](std::size_t index) const;

  double number(const Range& range) const;
  std::int64_t integer(std::int64_t min, std::int64_t max = kLargestCount) const;
  bool boolean() const;
  std::string string() const;
  // The same place with another value, which has to live as long: for what is filled in.
  JsonReader with(const Json& json) const { return {file_, json, path_}; }
  const Json& json() const { return *json_; }
  bool is_null() const { return json_->is_null(); }
  bool is_object() const { return json_->is_object(); }
  bool is_array() const { return json_->is_array(); }
  bool is_string() const { return json_->is_string(); }
  bool is_number() const { return json_->is_number(); }
  template <class Enum>
  Enum one_of() const;

  // "networks[1].efficiency is 1.7, expected 0 < x <= 1", with the file before it.
  [[noreturn]] void reject(std::string_view expected) const;
  [[noreturn]] void complain(std::string_view about) const;
  // "systems/x.json: matrix.float16": how messages name this place.
  std::string place() const;

 private:
  JsonReader(std::string_view file, const Json& json, std::string path)
      : file_(file), json_(&json), path_(std::move(path)) {}
  void require_object() const;

  std::string_view file_;
  const Json* json_;
  std::string path_;
};

template <class Enum>
Enum JsonReader::one_of() const {
  constexpr std::span<const std::string_view> kNames = EnumNames<Enum>::kNames;
  const std::string name = json_->is_string() ? string() : "";
  const auto value = enum_from_name<Enum>(name);
  if (!value) {
    reject(list_of_names(kNames) + did_you_mean(name, kNames));
  }
  return *value;
}

}  // namespace calculon
