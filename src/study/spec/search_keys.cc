#include "study/spec/search_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/strategy/strategy.h"
#include "calibrated/search/wanted_settings.h"

namespace calculon {
namespace {

// Which searches have a key: all, those by the published model and what was made of it, of these
// the ones of mixtures of experts, or those by the calibrated model.
enum class KeyOf { kAll, kPublished, kExperts, kCalibrated };

struct SearchKey {
  std::string_view key;
  Json by_default;  // null: nothing, or what another key decides
  KeyOf of;
  bool required = false;
};

const std::vector<SearchKey>& own_keys() {
  static const std::vector<SearchKey> kKeys = {
      {"num_procs", nullptr, KeyOf::kAll, true},
      {"max_batch", nullptr, KeyOf::kAll, true},
      {"datatype", nullptr, KeyOf::kAll, true},
      {"fused_activation", true, KeyOf::kPublished},
      {"mbs_break", false, KeyOf::kPublished},
      {"tp_overlap", true, KeyOf::kAll},
      {"dp_overlap", true, KeyOf::kAll},
      {"top", 1, KeyOf::kAll},
      {"oversized_data_par", "skip", KeyOf::kPublished},
      {"nets", nullptr, KeyOf::kPublished},
      {"only", nullptr, KeyOf::kAll},
      {"where", nullptr, KeyOf::kAll},
      {"rank_by", "sample_rate", KeyOf::kAll},
      {"tie_by", nullptr, KeyOf::kPublished},
      {"keep", "best", KeyOf::kAll},
      {"experts", nullptr, KeyOf::kPublished},
      {"top_k", nullptr, KeyOf::kExperts},
      {"activation", "gelu", KeyOf::kExperts},
      {"attention", "multihead", KeyOf::kExperts},
      {"flexible", false, KeyOf::kExperts},
      {"independent", false, KeyOf::kExperts},
      {"distinct", false, KeyOf::kExperts},
      {"launchable", nullptr, KeyOf::kCalibrated},
  };
  return kKeys;
}

using KeyNames = std::vector<std::string_view>;

bool contains(const KeyNames& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Settings that are no keys of a search with a meaning of their own.
template <class ForEach>
KeyNames settings_of(const ForEach& for_each_setting) {
  KeyNames names;
  for_each_setting([&](std::string_view setting) {
    if (std::none_of(own_keys().begin(), own_keys().end(),
                     [&](const SearchKey& own) { return own.key == setting; })) {
      names.push_back(setting);
    }
  });
  return names;
}

bool is_of(const SearchKey& key, Methodology methodology) {
  return key.of == KeyOf::kAll ||
         (key.of == KeyOf::kCalibrated) == (methodology == Methodology::kCalibrated);
}

Json defaults(Methodology methodology) {
  Json json = Json::object();
  for (const SearchKey& own : own_keys()) {
    if (is_of(own, methodology)) {
      json[std::string(own.key)] = own.by_default;
    }
  }
  for (const std::string_view setting : settings_in_search(methodology)) {
    json[std::string(setting)] = nullptr;
  }
  return json;
}

[[noreturn]] void refuse_of_other(const JsonReader& value, Methodology methodology) {
  if (methodology == Methodology::kCalibrated) {
    value.complain(R"(is of published and corrected searches, which this one is not)");
  }
  value.complain(R"(is of calibrated searches, expected "methodology": "calibrated" beside it)");
}

// A largest batch that is given for each processor, so that it grows with the machine.
Json whole_batch(const JsonReader& max_batch, const JsonReader& num_procs) {
  if (!max_batch.is_object()) {
    return max_batch.json();
  }
  static constexpr std::array<std::string_view, 1> kKeys = {"per_processor"};
  max_batch.require_keys(kKeys);
  const JsonReader share = max_batch[kKeys.front()];
  const double batch =
      std::round(share.number(kPositive) * static_cast<double>(num_procs.integer(1)));
  if (batch < 1 || batch > static_cast<double>(kLargestCount)) {
    share.reject(fmt::format("a share that makes a batch from 1 to {} of {} processors",
                             kLargestCount, num_procs.integer(1)));
  }
  return static_cast<std::int64_t>(batch);
}

}  // namespace

std::span<const std::string_view> search_keys() {
  static const KeyNames kKeys = [] {
    KeyNames keys = {kMethodologyKey};
    for (const SearchKey& own : own_keys()) {
      keys.push_back(own.key);
    }
    for (const Methodology methodology : {Methodology::kPublished, Methodology::kCalibrated}) {
      for (const std::string_view setting : settings_in_search(methodology)) {
        if (!contains(keys, setting)) {
          keys.push_back(setting);
        }
      }
    }
    return keys;
  }();
  return kKeys;
}

bool is_search_key(std::string_view key) {
  const auto keys = search_keys();
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::span<const std::string_view> settings_in_search(Methodology methodology) {
  static const KeyNames kPublished = settings_of([](const auto& visit) {
    for_each_field(kStrategyFields, [&](const auto& field) {
      if (field.belongs_to(Preset::kCalculonMoe)) {
        visit(field.name);
      }
    });
  });
  static const KeyNames kCalibrated = settings_of([](const auto& visit) {
    for (const auto settings : {calibrated_degree_settings(), calibrated_choice_settings()}) {
      for (const CalibratedSetting& setting : settings) {
        visit(setting.key);
      }
    }
  });
  return methodology == Methodology::kCalibrated ? kCalibrated : kPublished;
}

Json full_search(const JsonReader& search) {
  const Methodology methodology = methodology_of(search);
  KeyNames required;
  for (const SearchKey& own : own_keys()) {
    if (own.required) {
      required.push_back(own.key);
    }
  }
  search.require_keys(required, search_keys());
  Json full = defaults(methodology);
  for (const std::string_view name : search.keys()) {
    const std::string key(name);
    if (search[name].is_null() || name == kMethodologyKey) {
      continue;
    }
    if (!full.contains(key)) {
      refuse_of_other(search[name], methodology);
    }
    full[key] = search[name].json();
  }
  full["max_batch"] = whole_batch(search["max_batch"], search["num_procs"]);
  return full;
}

void require_no_experts(const JsonReader& search) {
  for (const SearchKey& own : own_keys()) {
    if (own.of == KeyOf::kExperts && search.json()[std::string(own.key)] != own.by_default) {
      search[own.key].complain("is of a mixture of experts, which needs 'experts'");
    }
  }
}

}  // namespace calculon
