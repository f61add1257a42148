#include "calculon/bandwidth/input_field.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "calculon/bandwidth/chip.h"

namespace calculon {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

std::string_view without_digits(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  return text.substr(end);
}

// digits, with a fraction, with an exponent; at least one digit before the exponent and in it
bool is_decimal(std::string_view text) {
  std::string_view rest = without_digits(text);
  std::size_t num_digits = text.size() - rest.size();
  if (rest.starts_with('.')) {
    const std::string_view fraction = rest.substr(1);
    rest = without_digits(fraction);
    num_digits += fraction.size() - rest.size();
  }
  if (rest.starts_with('e') || rest.starts_with('E')) {
    const std::string_view exponent = without_sign(rest.substr(1));
    rest = without_digits(exponent);
    return num_digits > 0 && !exponent.empty() && rest.empty();
  }
  return num_digits > 0 && rest.empty();
}

bool is_not_finite(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower == "inf" || lower == "infinity" || lower == "nan";
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto value = parse_number<std::int64_t>(digits);
  return value && text.starts_with('+') && *value < 0 ? std::nullopt : value;
}

std::optional<double> parse_real(std::string_view text) {
  const std::string_view number = without_sign(text);
  if (!is_decimal(number) && !is_not_finite(number)) {
    return std::nullopt;
  }
  return std::strtod(std::string(text).c_str(), nullptr);  // unlike from_chars, 1e999 is inf
}

std::optional<InputValue> parse_input(InputKind kind, std::string_view text) {
  switch (kind) {
    case InputKind::kInteger:
      return parse_integer(text);
    case InputKind::kReal:
      return parse_real(text);
    case InputKind::kFlag:
      return text == "true" || text == "false" ? std::optional<InputValue>(text == "true")
                                               : std::nullopt;
    case InputKind::kChip:
      break;
  }
  return std::nullopt;
}

std::string input_text(const InputValue& value) {
  if (const auto* chip = std::get_if<const Chip*>(&value)) {
    return (*chip)->name;
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return fmt::format("{}", *real);
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  return fmt::format("{}", std::get<std::int64_t>(value));
}

std::string_view accepted_input(InputKind kind) {
  static constexpr std::array<std::string_view, 4> kAccepted = {"an integer below 2^63", "a number",
                                                                "true or false", "a chip"};
  return kAccepted[static_cast<std::size_t>(kind)];
}

bool is_positive(const InputValue& value, bool or_zero) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return *integer >= 1;
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return std::isfinite(*real) && (*real > 0 || (or_zero && *real == 0));
  }
  return true;
}

}  // namespace calculon
