#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "import/family.h"
#include "import/model_format.h"

namespace calculon {

// A configuration through the rows of its family: what it says of each quantity, with the family's
// default where a key is absent. Remembers which keys it has read.
class FamilyConfig {
 public:
  // `outer` is the whole file; tie_word_embeddings may stand there alone.
  FamilyConfig(const Family& family, const JsonReader& config, const JsonReader& outer)
      : family_(family), config_(config), outer_(outer) {}

  std::int64_t integer(Quantity quantity, std::int64_t min = 1, std::int64_t max = kLargestCount);
  bool flag(Quantity quantity);
  // Nothing if the key is absent or null.
  std::optional<JsonReader> list(Quantity quantity);
  // Either a list or a number.
  bool is_list(Quantity quantity);

  // "num_key_value_heads is 5 (by default), expected ...".
  [[noreturn]] void reject(Quantity quantity, std::string_view expected);
  // How the configuration calls a quantity.
  std::string key_of(Quantity quantity);

  const Family& family() const { return family_; }
  const JsonReader& config() const { return config_; }
  // What became of the keys.
  KeyReport report() const;

 private:
  std::optional<JsonReader> given(const FamilyRow& row);
  std::int64_t resolve(Quantity quantity, const Fallback& fallback);

  const Family& family_;
  JsonReader config_;
  JsonReader outer_;
  std::set<std::string> read_keys_;
  KeyReport::Keys read_;
  std::map<std::string, std::string> defaulted_;
};

}  // namespace calculon
