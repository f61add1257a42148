#include "study/points/canonical.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/json_text.h"
#include "text/json_report.h"

namespace calculon {
namespace {

// Quoted as JSON has it. Most keys hold nothing that needs an escape.
void append_key(std::string& text, const std::string& key) {
  const bool plain = std::all_of(
      key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (plain) {
    text += '"';
    text += key;
    text += '"';
  } else {
    text += json_text(key);
  }
}

// As a double in its shortest form, whole numbers without a decimal point.
void append_number(std::string& text, const Json& number) {
  const Json shortest = to_json(number.get<double>());
  if (shortest.is_number_integer()) {
    fmt::format_to(std::back_inserter(text), "{}", shortest.get<std::int64_t>());
  } else {
    text += json_text(shortest);
  }
}

void append_canonical(std::string& text, const Json& json);

void append_object(std::string& text, const Json& object) {
  std::vector<std::pair<const std::string*, const Json*>> members;
  for (auto item = object.begin(); item != object.end(); ++item) {
    members.emplace_back(&item.key(), &item.value());
  }
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return *a.first < *b.first; });
  text += '{';
  for (const auto& [key, value] : members) {
    append_key(text, *key);
    text += ':';
    append_canonical(text, *value);
    text += ',';
  }
  text += '}';
}

void append_canonical(std::string& text, const Json& json) {
  if (json.is_object()) {
    append_object(text, json);
  } else if (json.is_array()) {
    text += '[';
    for (const Json& element : json) {
      append_canonical(text, element);
      text += ',';
    }
    text += ']';
  } else if (json.is_number()) {
    append_number(text, json);
  } else {
    text += json.dump(-1, ' ', true, Json::error_handler_t::replace);
  }
}

}  // namespace

Hash128 canonical_hash(const Json& json) {
  std::string text;
  append_canonical(text, json);
  return hash_of(text);
}

}  // namespace calculon
