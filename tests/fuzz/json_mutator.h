#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "fuzz/dice.h"

namespace calculon::fuzz {

// Changes a JSON document in one or two places and keeps it JSON: bytes changed at random hardly
// ever pass the parser. Numbers become other and extreme numbers, names other names, members and
// elements come, go and multiply.
class JsonMutator {
 public:
  explicit JsonMutator(std::uint64_t seed) : dice_(seed) {}

  // Nothing: `text` is no JSON.
  std::optional<std::string> mutate(const std::string& text);

 private:
  std::size_t below(std::size_t end) { return dice_.below(end); }
  bool one_in(std::size_t n) { return dice_.one_in(n); }

  void change(Json& document);
  Json other_value(const Json& value, const Json& elsewhere);
  Json other_number(const Json& value);
  void change_members(Json& object);
  void change_elements(Json& array);
  void make_consistent(Json& execution);

  Dice dice_;
};

}  // namespace calculon::fuzz
