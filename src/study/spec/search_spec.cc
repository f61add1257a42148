#include "study/spec/search_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>

#include "base/json_text.h"
#include "calculon/statistics/unknown_statistic.h"

namespace calculon {
namespace {

enum class KeyKind { kOptional, kRequired, kOfExperts };

// A key of a search object.
struct SearchKey {
  std::string_view key;
  Json by_default;  // null: nothing, or what another key decides
  KeyKind kind = KeyKind::kOptional;
};

// Next to these stand all other settings of an execution, which narrow the search as `only` does.
const std::vector<SearchKey>& own_keys() {
  static const std::vector<SearchKey> kKeys = {
      {"num_procs", nullptr, KeyKind::kRequired},
      {"max_batch", nullptr, KeyKind::kRequired},
      {"datatype", nullptr, KeyKind::kRequired},
      {"fused_activation", true},
      {"mbs_break", false},
      {"tp_overlap", true},
      {"dp_overlap", true},
      {"top", 1},
      {"oversized_data_par", "skip"},
      {"nets", nullptr},
      {"only", nullptr},
      {"where", nullptr},
      {"rank_by", "sample_rate"},
      {"tie_by", nullptr},
      {"keep", "best"},
      {"experts", nullptr},
      {"top_k", nullptr, KeyKind::kOfExperts},
      {"activation", "gelu", KeyKind::kOfExperts},
      {"attention", "multihead", KeyKind::kOfExperts},
      {"flexible", false, KeyKind::kOfExperts},
      {"independent", false, KeyKind::kOfExperts},
      {"distinct", false, KeyKind::kOfExperts},
  };
  return kKeys;
}

bool is_own_key(std::string_view key) {
  return std::any_of(own_keys().begin(), own_keys().end(),
                     [&](const SearchKey& own) { return own.key == key; });
}

// Calls visit(key, default) for each key of one kind.
template <class Visit>
void for_each_key(KeyKind kind, const Visit& visit) {
  for (const SearchKey& own : own_keys()) {
    if (own.kind == kind) {
      visit(own.key, own.by_default);
    }
  }
}

// All keys with their defaults.
const Json& defaults() {
  static const Json kDefaults = [] {
    Json json = Json::object();
    for (const SearchKey& own : own_keys()) {
      json[std::string(own.key)] = own.by_default;
    }
    for_each_field(kStrategyFields, [&](const auto& field) {
      if (!is_own_key(field.name)) {
        json[std::string(field.name)] = nullptr;
      }
    });
    return json;
  }();
  return kDefaults;
}

// The values of a setting that are wanted, as SettingFilter takes them.
using Wanted = std::map<std::string, std::string>;

std::string scalar_text(const JsonReader& value) {
  if (value.is_string()) {
    return value.string();
  }
  if (value.is_object() || value.is_array() || value.is_null()) {
    value.reject("a number, a name, true or false");
  }
  return json_text(value.json());
}

std::string list_text(const JsonReader& values) {
  if (!values.is_array()) {
    return scalar_text(values);
  }
  if (values.size() == 0) {
    values.reject("at least one value");
  }
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += i > 0 ? "," : "";
    text += scalar_text(values[i]);
  }
  return text;
}

// Checks each setting on its own, so that complaints name the place.
Wanted parse_wanted(const JsonReader& only) {
  Wanted wanted;
  for (const std::string_view setting : only.keys()) {
    const std::string values = list_text(only[setting]);
    try {
      SettingFilter{}.accept(setting, values);
    } catch (const InputError& error) {
      only.complain(fmt::format("is not understood: {}", error.what()));
    }
    wanted.emplace(setting, values);
  }
  return wanted;
}

SettingFilter filter_of(const Wanted& wanted) {
  SettingFilter filter;
  for (const auto& [setting, values] : wanted) {
    filter.accept(setting, values);
  }
  return filter;
}

// What `filter` leaves outside of `wanted`, in disjoint parts: without the first setting's values;
// with these, but without the second's; ...
std::vector<SettingFilter> without(const SettingFilter& filter, const Wanted& wanted) {
  std::vector<SettingFilter> parts;
  SettingFilter before = filter;
  for (const auto& [setting, values] : wanted) {
    SettingFilter outside;
    outside.exclude(setting, values);
    SettingFilter inside;
    inside.accept(setting, values);
    parts.push_back(before);
    parts.back().require(outside);
    before.require(inside);
  }
  return parts;
}

// Alternatives as disjoint filters: each without what those before it have.
std::vector<SettingFilter> disjoint(const std::vector<Wanted>& alternatives) {
  std::vector<SettingFilter> all;
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    std::vector<SettingFilter> parts = {filter_of(alternatives[i])};
    for (std::size_t j = 0; j < i; ++j) {
      std::vector<SettingFilter> rest;
      for (const SettingFilter& part : parts) {
        const auto left = without(part, alternatives[j]);
        rest.insert(rest.end(), left.begin(), left.end());
      }
      parts = std::move(rest);
    }
    all.insert(all.end(), parts.begin(), parts.end());
  }
  return all;
}

std::vector<SettingFilter> parse_only(const JsonReader& only) {
  if (only.is_null()) {
    return {SettingFilter{}};
  }
  if (!only.is_array()) {
    return {filter_of(parse_wanted(only))};
  }
  std::vector<Wanted> alternatives;
  for (std::size_t i = 0; i < only.size(); ++i) {
    alternatives.push_back(parse_wanted(only[i]));
    // A degree of 1 has no traffic and takes any tier, so that tiers do not tell alternatives
    // apart.
    for (const auto& [setting, values] : alternatives.back()) {
      if (setting.ends_with("_net")) {
        only[i][setting].complain("is a network tier, which alternatives cannot differ in");
      }
    }
  }
  if (alternatives.empty()) {
    only.reject("at least one object");
  }
  return disjoint(alternatives);
}

// Settings that stand in the search object itself.
SettingFilter parse_settings(const JsonReader& search) {
  Json only = Json::object();
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (!is_own_key(field.name) && !search[field.name].is_null()) {
      only[std::string(field.name)] = search[field.name].json();
    }
  });
  return filter_of(parse_wanted(search.with(only)));
}

void pin_nets(const JsonReader& nets, SettingFilter& filter) {
  constexpr std::string_view kSuffix = "_net";
  std::vector<std::string_view> degrees;
  for (const std::string_view tier : searched_tiers()) {
    degrees.push_back(tier.substr(0, tier.size() - kSuffix.size()));
  }
  nets.allow_keys(degrees);
  for (const std::string_view degree : nets.keys()) {
    filter.accept(fmt::format("{}{}", degree, kSuffix), fmt::format("{}", nets[degree].integer(0)));
  }
}

std::vector<bool> fused_values(const JsonReader& value) {
  if (value.is_string() && value.string() == "both") {
    return {false, true};
  }
  if (!value.json().is_boolean()) {
    value.reject("true, false or \"both\"");
  }
  return {value.boolean()};
}

void parse_experts(const JsonReader& search, SpaceOptions& space) {
  if (!search.has("experts") || search["experts"].is_null()) {
    for_each_key(KeyKind::kOfExperts, [&](std::string_view key, const Json& by_default) {
      if (search.json()[std::string(key)] != by_default) {
        search[key].complain("is of a mixture of experts, which needs 'experts'");
      }
    });
    return;
  }
  space.kind = search["flexible"].boolean() ? SpaceKind::kMoeFlexible : SpaceKind::kMoe;
  space.num_experts = search["experts"].integer(1);
  if (!search["top_k"].is_null()) {
    space.top_k_experts = search["top_k"].integer(1);
  }
  space.activation_function = search["activation"].one_of<ActivationFunction>();
  space.attention_type = search["attention"].one_of<AttentionType>();
  space.independent_degrees = search["independent"].boolean();
  space.distinct = search["distinct"].boolean();
}

SearchOptions parse_options(const JsonReader& search) {
  constexpr std::int64_t kMostKept = 1'000'000;
  SearchOptions options;
  options.top_n = static_cast<std::size_t>(search["top"].integer(1, kMostKept));
  options.break_microbatches = search["mbs_break"].boolean();
  const auto told = [](const JsonReader& place, const auto& parse) {
    try {
      parse();
    } catch (const UnknownStatistic& error) {
      throw UnknownStatistic(fmt::format("{} is not understood: {}", place.place(), error.what()));
    } catch (const InputError& error) {
      place.complain(fmt::format("is not understood: {}", error.what()));
    }
  };
  told(search["rank_by"], [&] { options.rank_by = parse_stat_order(search["rank_by"].string()); });
  if (!search["tie_by"].is_null()) {
    told(search["tie_by"], [&] { options.least_first = &statistic(search["tie_by"].string()); });
  }
  const JsonReader where = search["where"];
  for (std::size_t i = 0; !where.is_null() && i < where.size(); ++i) {
    told(where[i], [&] { options.where.push_back(parse_stat_filter(where[i].string())); });
  }
  return options;
}

// All keys are there.
SearchSpec parse_full(const JsonReader& search) {
  SpaceOptions space;
  space.num_procs = search["num_procs"].integer(1);
  space.max_batch_size = search["max_batch"].integer(1);
  space.datatype = search["datatype"].one_of<Datatype>();
  space.oversized_data_par = search["oversized_data_par"].one_of<OversizedDataPar>();
  space.fused_activation = fused_values(search["fused_activation"]);
  parse_experts(search, space);
  if (!search["nets"].is_null()) {
    pin_nets(search["nets"], space.filter);
  }
  SettingFilter overlaps;
  if (!search["tp_overlap"].boolean()) {
    overlaps.accept("tensor_par_overlap", "none");
  }
  if (!search["dp_overlap"].boolean()) {
    overlaps.accept("data_par_overlap", "false");
  }
  space.filter.require(overlaps);
  space.filter.require(parse_settings(search));

  SearchSpec spec;
  spec.options = parse_options(search);
  spec.keep = search["keep"].one_of<Keep>();
  if (spec.keep != Keep::kBest && space.kind == SpaceKind::kDense &&
      spec.options.break_microbatches) {
    search["keep"].complain("looks at every execution, expected mbs_break false beside it");
  }
  for (const SettingFilter& only : parse_only(search["only"])) {
    spec.spaces.push_back(space);
    spec.spaces.back().filter.require(only);
  }
  if (spec.keep == Keep::kAll && spec.spaces.size() > 1) {
    search["keep"].complain("is all, which needs 'only' to be one object");
  }
  return spec;
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

Json canonical_search(const JsonReader& search) {
  if (!search.is_object()) {
    search.reject("an object");
  }
  std::vector<std::string_view> required;
  for_each_key(KeyKind::kRequired,
               [&](std::string_view key, const Json&) { required.push_back(key); });
  search.require_keys(required, search_keys());
  Json full = defaults();
  for (const std::string_view key : search.keys()) {
    if (!search[key].is_null()) {
      full[std::string(key)] = search[key].json();
    }
  }
  full["max_batch"] = whole_batch(search["max_batch"], search["num_procs"]);
  return full;
}

}  // namespace

std::span<const std::string_view> search_keys() {
  static const std::vector<std::string_view> kKeys = [] {
    std::vector<std::string_view> keys;
    for (const auto& item : defaults().items()) {
      keys.emplace_back(item.key());
    }
    return keys;
  }();
  return kKeys;
}

bool is_search_key(std::string_view key) {
  return defaults().contains(std::string(key));
}

SearchSpec parse_search(const JsonReader& search) {
  Json full = canonical_search(search);
  SearchSpec spec = parse_full(search.with(full));
  full["datatype"] = enum_name(spec.spaces.front().datatype);  // it has other spellings
  spec.canonical = std::move(full);
  return spec;
}

}  // namespace calculon
