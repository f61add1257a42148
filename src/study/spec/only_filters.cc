#include "study/spec/only_filters.h"

#include <fmt/format.h>

#include <map>

#include "base/json_text.h"
#include "calculon/search/space_options.h"
#include "study/spec/search_keys.h"

namespace calculon {
namespace {

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

}  // namespace

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

SettingFilter parse_settings(const JsonReader& search) {
  Json only = Json::object();
  for (const std::string_view setting : settings_in_search(Methodology::kPublished)) {
    if (!search[setting].is_null()) {
      only[std::string(setting)] = search[setting].json();
    }
  }
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

}  // namespace calculon
