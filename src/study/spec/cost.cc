#include "study/spec/cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/json_text.h"
#include "base/text.h"

namespace calculon {
namespace {

double parse_entry(const JsonReader& table, std::string_view key) {
  const auto value = parse_number<double>(key);
  if (!value) {
    table.complain(fmt::format("has the entry '{}', expected a number", key));
  }
  return *value;
}

}  // namespace

Cost::Cost(const JsonReader& cost, Mistakes& mistakes) {
  static constexpr std::array<std::string_view, 2> kKeys = {"budget", "per_processor"};
  mistakes.attempt([&] { cost.allow_keys(kKeys); });
  if (cost.has("budget")) {
    mistakes.attempt([&] { budget_ = cost["budget"].number(kPositive); });
  }
  const JsonReader parts = cost["per_processor"];
  for (std::size_t i = 0; i < parts.size(); ++i) {
    mistakes.attempt([&] { parts_.push_back(parse_part(parts[i])); });
  }
  if (parts.size() == 0) {
    parts.reject("at least one price");
  }
}

Cost::PricePart Cost::parse_part(const JsonReader& json) const {
  PricePart part;
  if (json.is_number()) {
    part.dollars = json.number(kNotNegative);
    return part;
  }
  static constexpr std::array<std::string_view, 3> kKeys = {"path", "table", "linear"};
  json.require_keys(std::span(kKeys).first<2>(), kKeys);
  part.path.push_back(to_input_path(json["path"]));
  part.linear = json.has("linear") && json["linear"].boolean();
  const JsonReader table = json["table"];
  for (const std::string_view key : table.keys()) {
    part.table.emplace_back(parse_entry(table, key), table[key].number(kNotNegative));
  }
  std::sort(part.table.begin(), part.table.end());
  if (part.table.empty()) {
    table.reject("at least one entry");
  }
  return part;
}

std::vector<std::string_view> Cost::documents() const {
  std::vector<std::string_view> names;
  for (const PricePart& part : parts_) {
    for (const InputPath& path : part.path) {
      names.push_back(path.root());
    }
  }
  return names;
}

double Cost::price(const PointInputs& inputs) const {
  double sum = 0;
  for (const PricePart& part : parts_) {
    if (part.path.empty()) {
      sum += part.dollars;
      continue;
    }
    part.path.front().visit(inputs, [&](const Json& found) {
      if (!found.is_number()) {
        throw InputError(fmt::format("cost: {} is {}, expected a number", part.path.front().text(),
                                     json_text(found)));
      }
      sum += price_of(part, found.get<double>());
    });
  }
  return sum;
}

double Cost::price_of(const PricePart& part, double value) const {
  const auto above =
      std::lower_bound(part.table.begin(), part.table.end(), std::pair<double, double>{value, -1});
  if (above != part.table.end() && above->first == value) {
    return above->second;
  }
  if (part.linear && above != part.table.begin() && above != part.table.end()) {
    const auto below = std::prev(above);
    const double share = (value - below->first) / (above->first - below->first);
    return below->second + share * (above->second - below->second);
  }
  std::string known;
  for (const auto& entry : part.table) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.first);
  }
  throw InputError(fmt::format("cost: {} is {}, which the price table lacks; it has {}{}",
                               part.path.front().text(), value, known,
                               part.linear ? " and what lies between" : ""));
}

std::int64_t Cost::affordable(double price) const {
  return price > 0 && budget_ > 0
             ? static_cast<std::int64_t>(std::min(std::floor(budget_ / price), 1e9))
             : 0;
}

}  // namespace calculon
