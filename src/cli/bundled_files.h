#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"

namespace calculon {

// What comes with the program, a folder for each kind.
enum class BundledKind { kModel, kSystem, kExecution };

// The folder with the folders of all kinds.
std::string bundled_data_folder(const Console& console);

// The names of all files of a kind, sorted.
std::vector<std::string> bundled_names(BundledKind kind, const Console& console);
// The path of one of them.
std::string bundled_path(BundledKind kind, std::string_view name, const Console& console);

// The path of an input: `argument` itself where it is a file's (it ends like one, in .json for one,
// has a '/', or is "-"), else that of the bundled file of this name, wherever the program is
// called. Throws InputError if there is none.
std::string input_path(BundledKind kind, const std::string& argument, const Console& console);

}  // namespace calculon
