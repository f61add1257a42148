#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// The values that a setting of an execution can have in either methodology, if they are words; of
// a number none.
std::vector<std::string> setting_words(std::string_view key);
// In the executions of one of them, a Strategy or a CalibratedExecution.
template <class Record>
std::vector<std::string> setting_words_of(std::string_view key);

// How the list that narrows a search to values of this setting is called in help and completions:
// "LIST" or "LIST:{none,full}".
std::string setting_list_name(std::string_view key);

}  // namespace calculon
