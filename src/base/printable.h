#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace calculon {

// Text that came from outside, fit to be shown on a terminal, in a message or on a page, whatever
// bytes it holds. Nothing here throws.

// UTF-8 on one line: each control character (also those of U+0080 to U+009F, and what breaks
// lines or turns the direction of writing) and each byte that is no UTF-8 becomes '?'.
std::string printable(std::string_view text);

// UTF-8 that a page and a picture can carry: each byte that is no UTF-8 and each character that XML
// knows not, such as most control characters, becomes U+FFFD.
std::string xml_text(std::string_view text);

// At most about `longest` bytes: of what is longer the beginning and the end, with " ... " between.
// No character of UTF-8 is cut in two.
std::string shortened_in_middle(std::string_view text, std::size_t longest);

// A line for standard error: printable, and below 500 bytes. Where it is longer, long words (paths,
// addresses, values) are shortened first, so that what is said about them stays.
std::string message_line(std::string line);

}  // namespace calculon
