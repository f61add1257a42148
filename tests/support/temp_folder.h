#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace calculon::test {

// A fresh folder that goes away with everything in it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  // The full path of `name` in the folder.
  std::string file(std::string_view name) const;
  // Writes `text` as it is to `name`; returns the full path.
  std::string write(std::string_view name, std::string_view text) const;
  // The names in the folder, sorted.
  std::vector<std::string> names() const;

 private:
  std::string path_;
};

// The bytes of a file as they are, without unpacking.
std::string raw_bytes(const std::string& path);

}  // namespace calculon::test
