#pragma once

#include <string>
#include <vector>

namespace calculon::test {

// Where the source tree is. Only this file's source and program.cc are compiled with a path, so
// that all others are the same in every checkout.
std::string source_folder();

// "models/lamda.json" -> its full path in the source tree.
std::string source_path(const std::string& relative);

// The text of a file of the source tree, unpacked if compressed.
std::string source_text(const std::string& relative);

// The files below a folder of the source tree whose names end in one of `endings`, sorted and
// relative to the tree.
std::vector<std::string> source_files(const std::string& folder,
                                      const std::vector<std::string>& endings);

// The lines of a text, without their ends.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace calculon::test
