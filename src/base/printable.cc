#include "base/printable.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace calculon {
namespace {

constexpr std::size_t kLongestMessage = 480;
constexpr std::size_t kLongestWord = 100;  // of a message that is too long
constexpr std::string_view kGap = " ... ";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;
};

// What `text` begins with; nothing where that is no UTF-8.
std::optional<CodePoint> first_code_point(std::string_view text) {
  constexpr std::uint32_t kLargest = 0x10ffff;
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80U) {
    return CodePoint{lead, 1};
  }
  const std::size_t bytes = lead >= 0xf0U ? 4 : lead >= 0xe0U ? 3 : 2;
  if (lead < 0xc2U || lead > 0xf4U || text.size() < bytes) {
    return std::nullopt;
  }
  std::uint32_t value = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[i])) {
      return std::nullopt;
    }
    value = value << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  const bool overlong = (bytes == 3 && value < 0x800U) || (bytes == 4 && value < 0x10000U);
  const bool surrogate = value >= 0xd800U && value < 0xe000U;
  if (overlong || surrogate || value > kLargest) {
    return std::nullopt;
  }
  return CodePoint{value, bytes};
}

// Whether a terminal would do something else than show it.
bool is_control(std::uint32_t value) {
  const auto within = [&](std::uint32_t first, std::uint32_t last) {
    return value >= first && value <= last;
  };
  return value < 0x20U || within(0x7f, 0x9f) || within(0x200e, 0x200f) || within(0x2028, 0x202e) ||
         within(0x2066, 0x2069);
}

bool is_xml(std::uint32_t value) {
  return value == '\t' || value == '\n' || value == '\r' ||
         (value >= 0x20U && value != 0xfffeU && value != 0xffffU);
}

// `text` with `substitute` for each character that is not kept and each byte that is no UTF-8.
template <class Keeps>
std::string substituted(std::string_view text, std::string_view substitute, const Keeps& keeps) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto point = first_code_point(text);
    const std::size_t bytes = point ? point->bytes : 1;
    result += point && keeps(point->value) ? text.substr(0, bytes) : substitute;
    text.remove_prefix(bytes);
  }
  return result;
}

}  // namespace

std::string printable(std::string_view text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    return std::string(text);
  }
  return substituted(text, "?", [](std::uint32_t value) { return !is_control(value); });
}

std::string xml_text(std::string_view text) {
  return substituted(text, "\xef\xbf\xbd", is_xml);
}

std::string shortened_in_middle(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) {
    return std::string(text);
  }
  const std::size_t kept = longest > kGap.size() ? longest - kGap.size() : 0;
  std::size_t begin = kept - kept / 2;
  while (begin > 0 && is_continuation(text[begin])) {
    --begin;
  }
  std::size_t end = text.size() - kept / 2;
  while (end < text.size() && is_continuation(text[end])) {
    ++end;
  }
  return std::string(text.substr(0, begin)) + std::string(kGap) + std::string(text.substr(end));
}

std::string message_line(std::string line) {
  line = printable(line);
  if (line.size() <= kLongestMessage) {
    return line;
  }
  std::string shorter;
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    shorter += shortened_in_middle(std::string_view(line).substr(begin, end - begin), kLongestWord);
    shorter += end < line.size() ? " " : "";
    begin = end + 1;
  }
  return shortened_in_middle(shorter, kLongestMessage);
}

}  // namespace calculon
