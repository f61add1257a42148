#include "cli/bundled_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "base/letter_case.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/data_folder.h"
#include "study/spec/documents.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

struct KindOfData {
  std::string_view word;
  std::string_view folder;
};

// In the order of BundledKind.
constexpr std::array<KindOfData, 3> kKindsOfData = {
    {{"model", "models"}, {"system", "systems"}, {"execution", "examples"}}};

const KindOfData& data_of(BundledKind kind) {
  return kKindsOfData[static_cast<std::size_t>(kind)];
}

bool has_models_and_systems(const std::string& folder) {
  std::error_code unknown;
  return fs::is_directory(fs::path(folder) / "models", unknown) &&
         fs::is_directory(fs::path(folder) / "systems", unknown);
}

fs::path folder_of(BundledKind kind, const Console& console) {
  return fs::path(bundled_data_folder(console)) / data_of(kind).folder;
}

// Whether a name ends like that of a file: "model.yaml", but not "llama-3.1-70b".
bool has_ending(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot != std::string_view::npos && dot + 1 < name.size() &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dot) + 1, name.end(),
                     [](unsigned char c) { return std::isalpha(c) != 0; });
}

bool is_path(std::string_view argument) {
  return argument == kStandardStream || argument.find('/') != std::string_view::npos ||
         has_ending(argument);
}

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The kind that the name is of, if it is another one; the name that is meant, whatever its case;
// else the nearest one.
std::string suggestion(const std::string& name, const std::vector<std::string>& names,
                       const Console& console) {
  for (const BundledKind kind :
       {BundledKind::kModel, BundledKind::kSystem, BundledKind::kExecution}) {
    if (is_one_of(name, bundled_names(kind, console))) {
      return fmt::format(" (it is the name of a bundled {})", data_of(kind).word);
    }
  }
  for (const std::string& other : names) {
    if (lower_case(other) == lower_case(name)) {
      return fmt::format(" (did you mean '{}'?)", other);
    }
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  return did_you_mean(name, views);
}

}  // namespace

std::string bundled_data_folder(const Console& console) {
  return find_data_folder(console.program, has_models_and_systems);
}

std::vector<std::string> bundled_names(BundledKind kind, const Console& console) {
  std::vector<std::string> names = json_names_in(folder_of(kind, console).string());
  if (kind == BundledKind::kSystem) {
    std::erase(names, "chips");  // those of train-estimate
  }
  return names;
}

std::string bundled_path(BundledKind kind, std::string_view name, const Console& console) {
  return (folder_of(kind, console) / fmt::format("{}.json", name)).string();
}

std::string input_path(BundledKind kind, const std::string& argument, const Console& console) {
  if (is_path(argument)) {
    return argument;
  }
  const std::vector<std::string> names = bundled_names(kind, console);
  if (!is_one_of(argument, names)) {
    throw InputError(fmt::format(
        "{}: no bundled {} is called so{}; a file of your own ends in .json, and "
        "`calculon list {}s` prints the bundled ones",
        argument, data_of(kind).word, suggestion(argument, names, console), data_of(kind).word));
  }
  return bundled_path(kind, argument, console);
}

}  // namespace calculon
