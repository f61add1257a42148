#pragma once

#include <cstddef>
#include <string>

#include "base/json_reader.h"

namespace calculon {

// How much JSON is read before it is refused; by default what is far beyond a configuration.
struct JsonLimits {
  std::size_t text = std::size_t{4} << 20;
  std::size_t depth = 64;
  std::size_t values = 100'000;
  std::size_t keys = 2048;  // of one object: each is searched for among all
};

// parse_json() of json_reader.h with other limits.
Json parse_json(const std::string& file, const std::string& text, const JsonLimits& limits);

}  // namespace calculon
