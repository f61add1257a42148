#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/json_reader.h"

namespace calculon::fuzz {

// Changes a JSON document in one or two places and keeps it JSON: bytes changed at random hardly
// ever pass the parser. Numbers become other and extreme numbers, names other names, members and
// elements come, go and multiply.
class JsonMutator {
 public:
  explicit JsonMutator(unsigned seed) : random_(seed) {}

  // Nothing: `text` is no JSON.
  std::optional<std::string> mutate(const std::string& text);

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  void change(Json& document);
  Json other_value(const Json& value, const Json& elsewhere);
  Json other_number(const Json& value);
  void change_members(Json& object);
  void change_elements(Json& array);
  void make_consistent(Json& execution);

  std::minstd_rand random_;
};

}  // namespace calculon::fuzz
