#include "support/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "calculon/base/files.h"

namespace calculon::test {

std::string source_folder() {
  return CALCULON_SOURCE_DIR;
}

std::string source_path(const std::string& relative) {
  return source_folder() + "/" + relative;
}

std::string source_text(const std::string& relative) {
  return read_text_file(source_path(relative));
}

std::vector<std::string> source_files(const std::string& folder,
                                      const std::vector<std::string>& endings) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(source_path(folder))) {
    const std::string path = entry.path().string();
    const bool wanted = std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
      return path.ends_with(ending);
    });
    if (entry.is_regular_file() && wanted) {
      files.push_back(path.substr(source_path("").size()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

}  // namespace calculon::test
