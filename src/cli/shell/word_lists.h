#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/console.h"

namespace calculon {

// The words of every list that value_words() names: the bundled files by kind, and the names of
// statistics, of columns and of constants.
std::map<std::string, std::vector<std::string>> word_lists(const Console& console);

}  // namespace calculon
