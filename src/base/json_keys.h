#pragma once

#include <string>

namespace calculon {

// Throws InputError if an object in the JSON `text` of `file` has a key twice, of which a parser
// silently takes one. Text that is no JSON passes: to tell so is the parser's.
void require_distinct_keys(const std::string& file, const std::string& text);

}  // namespace calculon
