#include "cli/data_folder.h"

#include <array>
#include <filesystem>

namespace calculon {

std::string find_data_folder(const std::string& program, bool (*has_data)(const std::string&)) {
  namespace fs = std::filesystem;
  std::error_code unknown;
  fs::path self = fs::read_symlink("/proc/self/exe", unknown);
  if (unknown) {
    self = fs::absolute(program, unknown);
  }
  const fs::path beside = self.parent_path() / "..";
  for (const fs::path& folder :
       {fs::path("."), beside, beside / "share" / "calculon", fs::path(CALCULON_INSTALL_DATADIR)}) {
    if (has_data(folder.string())) {
      return folder.string();
    }
  }
  return ".";
}

}  // namespace calculon
