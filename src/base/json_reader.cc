#include "base/json_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_keys.h"
#include "base/json_limits.h"
#include "base/printable.h"

namespace calculon {
namespace {

constexpr std::size_t kLongestValueShown = 60;
constexpr std::size_t kLongestSyntaxErrorShown = 200;

std::string shortened(std::string_view text, std::size_t longest) {
  return text.size() > longest ? std::string(text.substr(0, longest)) + "..." : std::string(text);
}

std::string shown(const Json& json) {
  if (json.is_object()) {
    return "an object";
  }
  if (json.is_array()) {
    return fmt::format("an array of {}", json.size());
  }
  const auto text = [](const Json& scalar) {
    return shortened(scalar.dump(-1, ' ', true, Json::error_handler_t::replace),
                     kLongestValueShown);
  };
  // Of a string only the part that is shown: it can be as large as a file.
  return json.is_string() ? text(json.get_ref<const std::string&>().substr(0, kLongestValueShown))
                          : text(json);
}

// The library's message without its own prefix "[json.exception....] parse error at line ...: ".
std::string_view plain_message(std::string_view what) {
  for (const std::string_view start : {"syntax error while ", "] "}) {
    if (const auto at = what.find(start); at != std::string_view::npos) {
      return what.substr(start == "] " ? at + start.size() : at);
    }
  }
  return what;
}

std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const auto last = before.rfind('\n');
  return {lines + 1, before.size() - (last == std::string_view::npos ? 0 : last + 1) + 1};
}

// The library quotes what it read last, however long.
std::string syntax_error_text(const nlohmann::json::exception& error) {
  return printable(shortened(plain_message(error.what()), kLongestSyntaxErrorShown));
}

std::string shown_key(std::string_view key) {
  return printable(shortened(key, kLongestValueShown));
}

// Refuses what is far larger than a configuration before the parser spends time and memory on it:
// every value but the first stands behind a bracket or a comma, every key before a colon.
void check_extent(const std::string& file, std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.text) {
    throw InputError(fmt::format("{}: more than {} MiB of JSON", file, limits.text >> 20));
  }
  std::vector<std::size_t> keys(limits.depth + 1);
  std::size_t depth = 0;
  std::size_t values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      i += c == '\\' ? 1 : 0;
    } else if (c == '[' || c == '{') {
      if (++depth > limits.depth) {
        throw InputError(fmt::format("{}: nested deeper than {} levels", file, limits.depth));
      }
      keys[depth] = 0;
      ++values;
    } else if (c == ']' || c == '}') {
      depth -= depth > 0 ? 1 : 0;
    } else if (c == ',') {
      ++values;
    } else if (c == ':') {
      ++keys[depth];
    }
    if (values > limits.values) {
      throw InputError(fmt::format("{}: holds more than {} values", file, limits.values));
    }
    if (keys[depth] > limits.keys) {
      throw InputError(fmt::format("{}: an object has more than {} keys", file, limits.keys));
    }
  }
}

}  // namespace

Json parse_json(const std::string& file, const std::string& text) {
  return parse_json(file, text, JsonLimits());
}

Json parse_json(const std::string& file, const std::string& text, const JsonLimits& limits) {
  check_extent(file, text, limits);
  if (const auto nul = text.find('\0'); nul != std::string::npos) {  // to the library, the end
    const auto [line, column] = line_and_column(text, nul + 1);
    throw InputError(
        fmt::format("{}: not valid JSON at line {}, column {}: has a NUL", file, line, column));
  }
  require_distinct_keys(file, text);
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    const auto [line, column] = line_and_column(text, error.byte);
    throw InputError(fmt::format("{}: not valid JSON at line {}, column {}: {}", file, line, column,
                                 syntax_error_text(error)));
  } catch (const nlohmann::json::exception& error) {
    throw InputError(fmt::format("{}: not valid JSON: {}", file, syntax_error_text(error)));
  }
}

std::string JsonReader::place() const {
  return path_.empty() ? std::string(file_) : fmt::format("{}: {}", file_, path_);
}

void JsonReader::complain(std::string_view about) const {
  throw InputError(fmt::format("{} {}", place(), about));
}

void JsonReader::reject(std::string_view expected) const {
  complain(fmt::format("is {}, expected {}", shown(*json_), expected));
}

void JsonReader::require_object() const {
  if (!json_->is_object()) {
    reject("an object");
  }
}

std::vector<std::string_view> JsonReader::keys() const {
  require_object();
  std::vector<std::string_view> names;
  for (const auto& item : json_->items()) {
    names.emplace_back(item.key());
  }
  return names;
}

bool JsonReader::has(std::string_view key) const {
  require_object();
  return json_->find(std::string(key)) != json_->end();
}

JsonReader JsonReader::operator[](std::string_view key) const {
  require_object();
  const auto found = json_->find(std::string(key));
  if (found == json_->end()) {
    const auto near = nearest_name(key, keys());
    complain(fmt::format("lacks the key '{}'{}", key,
                         near.empty() ? "" : fmt::format(" (there is a '{}')", printable(near))));
  }
  std::string path = path_;
  path += path.empty() ? "" : ".";
  path += shown_key(key);
  return {file_, *found, std::move(path)};
}

void JsonReader::require_keys(std::span<const std::string_view> required,
                              std::span<const std::string_view> optional) const {
  std::vector<std::string> missing;
  for (const std::string_view key : required) {
    if (!has(key)) {
      missing.push_back(fmt::format("'{}'", key));
    }
  }
  if (missing.size() > 1) {
    complain(fmt::format("lacks the keys {} and {}",
                         fmt::join(missing.begin(), missing.end() - 1, ", "), missing.back()));
  }
  for (const std::string_view key : required) {
    (*this)[key];  // tells what is near a single one
  }
  std::vector<std::string_view> allowed(required.begin(), required.end());
  allowed.insert(allowed.end(), optional.begin(), optional.end());
  allow_keys(allowed);
}

void JsonReader::allow_keys(std::span<const std::string_view> allowed) const {
  for (const std::string_view key : keys()) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
      complain(
          fmt::format("has the unknown key '{}'{}", shown_key(key), did_you_mean(key, allowed)));
    }
  }
}

std::size_t JsonReader::size() const {
  if (!json_->is_array()) {
    reject("an array");
  }
  return json_->size();
}

JsonReader JsonReader::operator[](std::size_t index) const {
  return {file_, (*json_)[index], fmt::format("{}[{}]", path_, index)};
}

double JsonReader::number(const Range& range) const {
  if (!json_->is_number()) {
    reject(range.text);
  }
  const double value = json_->get<double>();
  if (!range.contains(value)) {
    if (value > kLargestReal) {
      reject(fmt::format("{} and at most {}", range.text, kLargestReal));
    }
    reject(range.text);
  }
  return value;
}

std::int64_t JsonReader::integer(std::int64_t min, std::int64_t max) const {
  const auto expected = [&] { return fmt::format("an integer from {} to {}", min, max); };
  if (!json_->is_number_integer()) {
    reject(expected());
  }
  const bool too_large = json_->is_number_unsigned() &&
                         json_->get<std::uint64_t>() > static_cast<std::uint64_t>(kLargestCount);
  const std::int64_t value = too_large ? kLargestCount + 1 : json_->get<std::int64_t>();
  if (value < min || value > max) {
    reject(expected());
  }
  return value;
}

bool JsonReader::boolean() const {
  if (!json_->is_boolean()) {
    reject("true or false");
  }
  return json_->get<bool>();
}

std::string JsonReader::string() const {
  if (!json_->is_string()) {
    reject("a string");
  }
  return json_->get<std::string>();
}

}  // namespace calculon
