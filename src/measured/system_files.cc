#include "measured/system_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJsonFile = ".json";

bool is_file(const std::string& path) {
  std::error_code unknown;
  return fs::exists(path, unknown);
}

}  // namespace

const System& SystemFiles::get(const std::string& name) {
  const auto [entry, is_new] = entries_.try_emplace(name);
  if (is_new) {
    try {
      entry->second.system = read_system(system_file(name, folders_));
    } catch (const InputError& error) {
      entry->second.error = error.what();
    }
  }
  if (!entry->second.system) {
    throw InputError(entry->second.error);
  }
  return *entry->second.system;
}

std::string system_file(const std::string& name, const std::vector<std::string>& folders) {
  if (has_extension(name, kJsonFile)) {
    return name;
  }
  for (const std::string& folder : folders) {
    for (const std::string_view ending : {".json", ".json.gz"}) {
      std::string path = (fs::path(folder) / fmt::format("{}{}", name, ending)).string();
      if (is_file(path)) {
        return path;
      }
    }
  }
  throw InputError(fmt::format("system is {}, but there is no {}.json in {}", name, name,
                               fmt::join(folders, ", ")));
}

std::vector<std::string> system_folders(const std::string& table, const std::string& given,
                                        const std::string& bundled) {
  std::vector<std::string> folders;
  if (!given.empty()) {
    folders.push_back(given);
  }
  if (table != kStandardStream) {
    const std::string beside = (fs::path(table).parent_path() / "systems").string();
    if (beside != given) {
      folders.push_back(beside);
    }
  }
  folders.push_back(bundled);
  return folders;
}

}  // namespace calculon
