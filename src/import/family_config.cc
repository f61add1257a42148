#include "import/family_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_text.h"

namespace calculon {
namespace {

// Where a number stands in for a flag.
std::string default_text(const FamilyRow& row, std::int64_t value) {
  constexpr std::array kFlags = {
      Quantity::kTied,           Quantity::kQkvBias,       Quantity::kOutputBias,
      Quantity::kMlpBias,        Quantity::kQkNorm,        Quantity::kMultiQuery,
      Quantity::kGroupedDecoder, Quantity::kParallelBlock, Quantity::kUsesWindow,
      Quantity::kFinalNorm,      Quantity::kAlibi};
  const bool is_flag = std::find(kFlags.begin(), kFlags.end(), row.quantity) != kFlags.end();
  return is_flag ? (value != 0 ? "true" : "false") : fmt::format("{}", value);
}

}  // namespace

// The first of the keys that is there. Others that are there too have to say the same.
std::optional<JsonReader> FamilyConfig::given(const FamilyRow& row) {
  std::optional<JsonReader> found;
  std::string_view name;
  for (const std::string_view key : alternatives(row.keys)) {
    const bool inside = config_.has(key);
    if (!inside && (row.quantity != Quantity::kTied || !outer_.has(key))) {
      continue;
    }
    const JsonReader value = inside ? config_[key] : outer_[key];
    if (found && found->json() != value.json()) {
      value.complain(fmt::format("is {}, but {} is {}, expected one of them",
                                 json_text(value.json()), name, json_text(found->json())));
    }
    if (read_keys_.insert(std::string(key)).second) {
      read_.emplace_back(key, json_text(value.json()));
    }
    if (!found) {
      found = value;
      name = key;
    }
  }
  return found;
}

std::int64_t FamilyConfig::resolve(Quantity quantity, const Fallback& fallback) {
  constexpr std::int64_t kTimesHidden = 4;
  switch (fallback.kind) {
    case Fallback::Kind::kValue:
      return fallback.value;
    case Fallback::Kind::kHeads:
      return integer(Quantity::kHeads);
    case Fallback::Kind::kHidden:
      return integer(Quantity::kHidden);
    case Fallback::Kind::kFourHidden:
      return kTimesHidden * integer(Quantity::kHidden);
    case Fallback::Kind::kHeadWidth: {
      const std::int64_t hidden = integer(Quantity::kHidden);
      const std::int64_t heads = integer(Quantity::kHeads);
      if (hidden % heads != 0) {
        reject(Quantity::kHidden,
               fmt::format("a multiple of {} {}, or a head_dim", key_of(Quantity::kHeads), heads));
      }
      return hidden / heads;
    }
    case Fallback::Kind::kRequired:
      break;
  }
  config_.complain(fmt::format("lacks the key '{}', which has no default in {}", key_of(quantity),
                               family_.name));
}

std::int64_t FamilyConfig::integer(Quantity quantity, std::int64_t min, std::int64_t max) {
  const FamilyRow& row = row_of(family_, quantity);
  const auto value = given(row);
  if (value && !(value->is_null() && row.null)) {
    return value->integer(min, max);
  }
  const std::int64_t number = resolve(quantity, value ? *row.null : row.absent);
  if (!value && !row.keys.empty()) {
    defaulted_[key_of(quantity)] = default_text(row, number);
  }
  return number;
}

bool FamilyConfig::flag(Quantity quantity) {
  const FamilyRow& row = row_of(family_, quantity);
  if (const auto value = given(row)) {
    return value->boolean();
  }
  return integer(quantity, 0) != 0;
}

std::optional<JsonReader> FamilyConfig::list(Quantity quantity) {
  auto value = given(row_of(family_, quantity));
  if (!value || value->is_null()) {
    return std::nullopt;
  }
  value->size();  // refuses anything else
  return value;
}

bool FamilyConfig::is_list(Quantity quantity) {
  const auto value = given(row_of(family_, quantity));
  return value && value->is_array();
}

void FamilyConfig::reject(Quantity quantity, std::string_view expected) {
  if (const auto value = given(row_of(family_, quantity)); value && !value->is_null()) {
    value->reject(expected);
  }
  config_.complain(fmt::format("has no {}, which then is {}, expected {}", key_of(quantity),
                               integer(quantity, 0), expected));
}

std::string FamilyConfig::key_of(Quantity quantity) {
  const auto keys = alternatives(row_of(family_, quantity).keys);
  for (const std::string_view key : keys) {
    if (config_.has(key)) {
      return std::string(key);
    }
  }
  return keys.empty() ? "" : std::string(keys.front());
}

KeyReport FamilyConfig::report() const {
  KeyReport keys;
  keys.kind = fmt::format("a configuration of the family {}", family_.name);
  keys.read = read_;
  keys.defaulted.assign(defaulted_.begin(), defaulted_.end());
  for (const std::string_view key : config_.keys()) {
    if (!read_keys_.contains(std::string(key)) && key != "model_type") {
      keys.left_alone.emplace_back(key);
    }
  }
  return keys;
}

}  // namespace calculon
