#pragma once

#include <string>
#include <string_view>

namespace calculon {

// A gzip file may consist of members, of which one that is cut off between two shows no damage. So
// the members that we write say in their header whether another one follows, and GzipInput misses
// the last one where it is not there. Other programs skip what they do not know of a header.

// `text` as a member behind which there is another one. Safe on any thread.
std::string gzip_part(std::string_view text);
// The empty member that ends such a file.
std::string gzip_end();

// The extra field of a member's header (RFC 1952, 2.3.1.1): an identifier of two letters, the
// length of its data in two bytes, and one letter as data.
inline constexpr std::string_view kGzipMoreFollows{
    "CN\x01\x00"
    "m",
    5};
inline constexpr std::string_view kGzipEnds{
    "CN\x01\x00"
    "e",
    5};

}  // namespace calculon
