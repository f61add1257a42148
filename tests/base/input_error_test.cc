#include "calculon/base/input_error.h"

#include <array>
#include <catch2/catch.hpp>

namespace calculon {
namespace {

constexpr std::array<std::string_view, 4> kFruits = {"apple", "banana", "cherry", "pear"};

}  // namespace

TEST_CASE("a slip of the finger finds the name that was meant", "[base]") {
  CHECK(nearest_name("aple", kFruits) == "apple");
  CHECK(nearest_name("bananna", kFruits) == "banana");
  CHECK(nearest_name("cherry", kFruits) == "cherry");
  CHECK(did_you_mean("appel", kFruits) == " (did you mean 'apple'?)");
}

TEST_CASE("a name unlike any other finds none", "[base]") {
  CHECK(nearest_name("raspberries", kFruits).empty());
  CHECK(did_you_mean("raspberries", kFruits).empty());
  CHECK(nearest_name(std::string(10'000, 'a'), kFruits).empty());
  CHECK(nearest_name("apple", {}).empty());
}

TEST_CASE("names are listed as in a sentence", "[base]") {
  CHECK(list_of_names({}).empty());
  CHECK(list_of_names(std::span(kFruits).first(1)) == "apple");
  CHECK(list_of_names(std::span(kFruits).first(2)) == "apple or banana");
  CHECK(list_of_names(kFruits) == "apple, banana, cherry or pear");
}

}  // namespace calculon
