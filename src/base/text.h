#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace calculon {

// The small grammars that options, files and paths share: lists, numbers, ranges, NAME=VALUE, and
// words of a shell. Nothing here throws; what a text should have been is for the caller to tell.
// Views point into the text that was given.

// The parts between separators: one more than there are separators, so one for an empty text.
std::vector<std::string_view> split(std::string_view text, char separator);

// The same for a list that may be empty and may end with a separator, behind which nothing stands.
std::vector<std::string_view> split_list(std::string_view text, char separator);

// Without the `blanks` at both ends.
std::string_view trimmed(std::string_view text, std::string_view blanks);

// The number that is the whole of `text`, without blanks or a leading plus; nothing for any other
// text and for what the type cannot hold.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

// "NAME=VALUE", of which the value may be empty; nothing without a name or without '='.
std::optional<std::pair<std::string_view, std::string_view>> name_and_value(std::string_view text);

struct NumberRange {
  std::int64_t first;
  std::int64_t last;  // less than `first` if it was written so
};

// "8" or "1..8", each end as `parse` reads it: returns an optional number.
template <class Parse>
std::optional<NumberRange> parse_range(std::string_view text, Parse parse) {
  const auto dots = text.find("..");
  const auto first = parse(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse(text.substr(dots + 2));
  return first && last ? std::optional(NumberRange{*first, *last}) : std::nullopt;
}

// `text` as one literal word of a shell: 'model'\''s file'.
std::string shell_word(std::string_view text);
// The same, without quotes where no shell needs them.
std::string shell_argument(std::string_view text);

}  // namespace calculon
