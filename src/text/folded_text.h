#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace calculon {

// How many places of a terminal a text takes: a place for each character of UTF-8, none for the
// escape sequences that color it.
std::size_t display_width(std::string_view text);

// One paragraph, broken at spaces into lines of no more than `width` places, all but the first of
// them behind `indent` spaces; `used` places of the first line are taken. A longer word has a line
// to itself.
std::string wrapped_words(std::string_view text, std::size_t width, std::size_t indent,
                          std::size_t used);

// The same lines, those of more than `width` places broken at spaces. What follows stands below the
// last column that begins in the first half of the line, else further to the right than the line.
std::string folded_text(std::string_view text, std::size_t width);

}  // namespace calculon
