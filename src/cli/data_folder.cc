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
  const fs::path beside = self.parent_path().parent_path();
  const fs::path installed(CALCULON_INSTALL_DATADIR);
  for (const fs::path& folder : {beside, beside / "share" / "calculon", installed}) {
    if (has_data(folder.string())) {
      return folder.string();
    }
  }
  return installed.string();
}

}  // namespace calculon
