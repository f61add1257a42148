#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calculon/hardware/system.h"

namespace calculon {

// The systems that measured tables name, each read once.
class SystemFiles {
 public:
  // Where they are looked for, in this order.
  explicit SystemFiles(std::vector<std::string> folders) : folders_(std::move(folders)) {}

  // The system NAME.json (or .json.gz) of the first folder that has one; a folder may stand before
  // the name. What ends in .json is a path. The system is valid as long as this. Throws InputError
  // if there is none or it is not right, the same each time.
  const System& get(const std::string& name);

 private:
  struct Entry {
    std::optional<System> system;
    std::string error;
  };
  std::vector<std::string> folders_;
  std::map<std::string, Entry> entries_;
};

// The file NAME.json (or .json.gz) of the first folder that has one; a path if `name` is one.
// Throws InputError if there is none.
std::string system_file(const std::string& name, const std::vector<std::string>& folders);

// The folders of the systems of a table: `given` if there is one, `systems` beside the table, and
// that of the bundled ones.
std::vector<std::string> system_folders(const std::string& table, const std::string& given,
                                        const std::string& bundled);

}  // namespace calculon
