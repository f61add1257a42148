#include "calculon/base/quantity_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace calculon {
namespace {

constexpr std::array<std::string_view, 11> kPrefixes = {"",  "k", "M", "G", "T", "P",
                                                        "E", "Z", "Y", "R", "Q"};

struct Scale {
  double step;
  std::string_view suffix;
};

Scale scale_of(QuantityKind kind) {
  switch (kind) {
    case QuantityKind::kPlain:
      return {1000.0, ""};
    case QuantityKind::kBinary:
      return {1024.0, ""};
    case QuantityKind::kBytes:
      return {1024.0, "iB"};
    case QuantityKind::kBandwidth:
      return {1000.0, "B/s"};
    case QuantityKind::kFlops:
      return {1000.0, "Ops"};
    case QuantityKind::kThroughput:
      return {1000.0, "Op/s"};
  }
  return {1000.0, ""};
}

}  // namespace

std::string quantity_text(double value, QuantityKind kind, int decimals) {
  const Scale scale = scale_of(kind);
  if (std::isnan(value)) {
    return fmt::format("n/a {}", scale.suffix);
  }
  double magnitude = std::fabs(value);
  std::size_t prefix = 0;
  while (magnitude >= scale.step && prefix + 1 < kPrefixes.size()) {
    magnitude /= scale.step;
    ++prefix;
  }
  return fmt::format("{:.{}f} {}{}", std::copysign(magnitude, value), decimals, kPrefixes[prefix],
                     scale.suffix);
}

std::string bytes_text(double value, int decimals) {
  constexpr double kKibi = 1024;
  return std::fabs(value) < kKibi ? fmt::format("{:.4g} B", value)
                                  : quantity_text(value, QuantityKind::kBytes, decimals);
}

std::string grouped_digits(long long value) {
  std::string digits = fmt::format("{}", value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

}  // namespace calculon
