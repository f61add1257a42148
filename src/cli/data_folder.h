#pragma once

#include <string>

namespace calculon {

// The folder with the bundled models, systems and examples: the one that the program was built in,
// or where it was installed; the first that `has_data`, or the last if none has. Never the current
// folder, which may hold anything: a file of one's own is named by its path.
std::string find_data_folder(const std::string& program, bool (*has_data)(const std::string&));

}  // namespace calculon
