#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace calculon::perf {

// A folder for results, so that nothing is there before; taken away in the end.
class ResultsFolder {
 public:
  ResultsFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "calculon-bench-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~ResultsFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ResultsFolder(const ResultsFolder&) = delete;
  ResultsFolder& operator=(const ResultsFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace calculon::perf
