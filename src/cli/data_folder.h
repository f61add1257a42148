#pragma once

#include <string>

namespace calculon {

// The folder with the bundled models, systems and examples: the current one, the one that the
// program was built in, or where it was installed; the first that `has_data`. The current folder
// if there is none.
std::string find_data_folder(const std::string& program, bool (*has_data)(const std::string&));

}  // namespace calculon
