#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

inline constexpr std::array<std::string_view, 1> kJsonOnly = {".json"};

// Type names of values that are paths: --help shows them, and shells complete paths there.
inline constexpr const char* kFileValue = "FILE";
inline constexpr const char* kFolderValue = "FOLDER";

// Arguments that several commands share.
void add_application(CLI::App& app, std::string& path);
void add_system(CLI::App& app, std::string& path);

// Throws InputError if more than one of `paths` is "-".
void require_one_standard_input(const std::vector<std::string_view>& paths);

}  // namespace calculon
