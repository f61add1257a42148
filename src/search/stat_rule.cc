#include "calculon/search/stat_rule.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "base/text.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

using Comparison = Condition::Comparison;

struct Operator {
  std::string_view text;
  Comparison comparison;
};

// Longer spellings first, so that "<=" is not read as "<".
constexpr std::array<Operator, 6> kOperators = {{
    {"<=", Comparison::kLessEqual},
    {">=", Comparison::kGreaterEqual},
    {"==", Comparison::kEqual},
    {"!=", Comparison::kNotEqual},
    {"<", Comparison::kLess},
    {">", Comparison::kGreater},
}};

constexpr std::string_view kBlank = " ";

}  // namespace

bool larger_is_better(Unit unit) {
  return unit == Unit::kRatio || unit == Unit::kSequencesPerSecond ||
         unit == Unit::kTokensPerSecond || unit == Unit::kFlopsPerSecond;
}

double score_of(double value, bool larger_is_better) {
  if (std::isnan(value)) {
    return -std::numeric_limits<double>::infinity();
  }
  return larger_is_better ? value : -value;
}

double StatOrder::score(const Stats& stats) const {
  return score_of(stats.*field->member, larger_is_better());
}

bool Condition::holds(double found) const {
  switch (comparison) {
    case Comparison::kLess:
      return found < value;
    case Comparison::kLessEqual:
      return found <= value;
    case Comparison::kGreater:
      return found > value;
    case Comparison::kGreaterEqual:
      return found >= value;
    case Comparison::kEqual:
      return found == value;
    case Comparison::kNotEqual:
      return found != value;
  }
  return false;
}

StatOrder parse_stat_order(std::string_view text) {
  return {&statistic(trimmed(text, kBlank))};
}

StatFilter parse_stat_filter(std::string_view text) {
  const NamedCondition parsed = parse_condition(text);
  return {&statistic(parsed.name), parsed.condition};
}

NamedCondition parse_condition(std::string_view text) {
  for (const Operator& op : kOperators) {
    const auto at = text.find(op.text);
    if (at == std::string_view::npos) {
      continue;
    }
    const std::string_view number = trimmed(text.substr(at + op.text.size()), kBlank);
    const auto value = parse_number<double>(number);
    if (!value) {
      throw InputError(fmt::format("'{}' compares with '{}', expected a number", text, number));
    }
    return {trimmed(text.substr(0, at), kBlank), {op.comparison, *value}};
  }
  throw InputError(fmt::format(
      "'{}' is no condition, expected a statistic, one of < <= > >= == != and a number", text));
}

}  // namespace calculon
