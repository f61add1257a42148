#pragma once

#include <string_view>

namespace calculon {

// How many bytes have to be known to tell the encoding of a text.
inline constexpr std::size_t kEncodingBytes = 4;

// The mark with which some programs begin UTF-8.
inline constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

// "UTF-16" or "UTF-32" if the first bytes of a text tell so, by their mark or, in a text of common
// letters, by the zeros between them; otherwise "".
std::string_view wide_encoding(std::string_view start);

}  // namespace calculon
