#include "base/text_encoding.h"

#include <algorithm>
#include <array>

namespace calculon {
namespace {

using std::literals::string_view_literals::operator""sv;

constexpr std::string_view kUtf16 = "UTF-16";
constexpr std::string_view kUtf32 = "UTF-32";

struct Mark {
  std::string_view bytes;
  std::string_view encoding;
};

// Longer ones first: one of them begins with another.
constexpr std::array<Mark, 4> kMarks = {{{"\xff\xfe\0\0"sv, kUtf32},
                                         {"\0\0\xfe\xff"sv, kUtf32},
                                         {"\xff\xfe"sv, kUtf16},
                                         {"\xfe\xff"sv, kUtf16}}};

// Where common letters have bytes other than zero.
struct Pattern {
  std::array<bool, kEncodingBytes> used;
  std::string_view encoding;
};

constexpr std::array<Pattern, 4> kPatterns = {{{{true, false, true, false}, kUtf16},
                                               {{false, true, false, true}, kUtf16},
                                               {{true, false, false, false}, kUtf32},
                                               {{false, false, false, true}, kUtf32}}};

bool has_pattern(std::string_view start, const Pattern& pattern) {
  return start.size() >= kEncodingBytes &&
         std::equal(pattern.used.begin(), pattern.used.end(), start.begin(),
                    [](bool used, char byte) { return used == (byte != 0); });
}

}  // namespace

std::string_view wide_encoding(std::string_view start) {
  for (const Mark& mark : kMarks) {
    if (start.starts_with(mark.bytes)) {
      return mark.encoding;
    }
  }
  for (const Pattern& pattern : kPatterns) {
    if (has_pattern(start, pattern)) {
      return pattern.encoding;
    }
  }
  return "";
}

}  // namespace calculon
