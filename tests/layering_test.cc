// Each folder sees only what the table in src/README.md lets it see; the outside libraries stay
// where they belong.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "support/findings.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

using Names = std::set<std::string>;

// The names in back quotes of a cell of the table.
Names names_in(const std::string& cell) {
  static const std::regex kName("`([^`]+)`");
  Names names;
  for (std::sregex_iterator at(cell.begin(), cell.end(), kName), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

// What each folder of the table sees: itself, the folders of its row, and what those see.
std::map<std::string, Names> read_folder_table() {
  static const std::regex kRow("^\\| `([^`]+)` \\| ([^|]*) \\| .* \\|$");
  std::map<std::string, Names> visible;
  for (const std::string& line : lines_of(source_text("src/README.md"))) {
    std::smatch row;
    if (!std::regex_match(line, row, kRow)) {
      continue;
    }
    const std::string folder = row[1];
    Names seen = names_in(row[2]);
    Names all = {folder};
    for (const std::string& name : seen) {
      INFO(folder << " sees " << name << ", which has to stand above it");
      REQUIRE(visible.contains(name));
      all.insert(visible.at(name).begin(), visible.at(name).end());
    }
    visible.emplace(folder, std::move(all));
  }
  return visible;
}

const std::map<std::string, Names>& visible_folders() {
  static const std::map<std::string, Names> kVisible = read_folder_table();
  return kVisible;
}

// "include/calculon/base/files.h" and "src/base/files.cc" lie in "base".
std::string folder_of(const std::string& path) {
  static const std::regex kFolder("^(?:include/calculon|src)/(.+)/[^/]+$");
  std::smatch match;
  return std::regex_match(path, match, kFolder) ? match[1].str() : "";
}

bool may_include(const std::string& path, const std::string& header) {
  const std::string folder = folder_of(path);
  const std::string top = folder.substr(0, folder.find('/'));
  if (header.starts_with("CLI/")) {
    return top == "cli";
  }
  if (header.starts_with("spdlog/")) {
    return top == "cli" || top == "search";
  }
  if (header.starts_with("nlohmann/")) {
    return top == "text" || top == "page" || path.starts_with("src/base/json_reader.");
  }
  if (header.starts_with("calculon/")) {
    return visible_folders().at(folder).contains(folder_of("include/" + header));
  }
  const std::string other = folder_of("src/" + header);
  if (!visible_folders().contains(other)) {
    return true;  // the standard library and fmt may be used anywhere
  }
  // A header in src/ is no business of an installed one.
  return path.starts_with("src/") && visible_folders().at(folder).contains(other);
}

}  // namespace

TEST_CASE("every include looks down the layers, none up", "[layering]") {
  Findings findings;
  std::size_t includes = 0;
  static const std::regex kInclude("\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"].*");
  for (const std::string root : {"src", "include"}) {
    for (const std::string& path : source_files(root, {".h", ".cc"})) {
      if (!visible_folders().contains(folder_of(path))) {
        findings.add(path + " lies in no folder of the table");
        continue;
      }
      for (const std::string& line : lines_of(source_text(path))) {
        std::smatch match;
        if (std::regex_match(line, match, kInclude)) {
          ++includes;
          findings.add_unless(may_include(path, match[1]), path + " includes " + match[1].str());
        }
      }
    }
  }
  CHECK(includes > 200);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every folder of the table is there", "[layering]") {
  for (const auto& [folder, seen] : visible_folders()) {
    INFO(folder);
    CHECK(std::filesystem::is_directory(source_path("src/" + folder)));
  }
}

// Two classes of one name in one namespace share their inline functions without a word of the
// compiler, whichever the linker meets first.
TEST_CASE("no type of two headers has the same name", "[layering]") {
  static const std::regex kType(
      "^(?:class|struct|enum class) ([A-Z]\\w*)(?: final)?(?: :.*| \\{.*)?$");
  std::map<std::string, std::string> header_of;
  std::vector<std::string> headers = source_files("src", {".h"});
  const std::vector<std::string> open = source_files("include", {".h"});
  headers.insert(headers.end(), open.begin(), open.end());
  for (const std::string& path : headers) {
    for (const std::string& line : lines_of(source_text(path))) {
      std::smatch type;
      if (std::regex_match(line, type, kType)) {
        const auto [known, is_new] = header_of.try_emplace(type[1], path);
        INFO(type[1] << " in " << path << " and " << known->second);
        CHECK(is_new);
      }
    }
  }
  CHECK(header_of.contains("JsonReader"));
}

TEST_CASE("every header is included once however often it is asked for", "[layering]") {
  for (const std::string root : {"src", "include", "tests"}) {
    for (const std::string& path : source_files(root, {".h"})) {
      INFO(path);
      CHECK_THAT(source_text(path), Catch::Contains("#pragma once\n"));
    }
  }
}

}  // namespace calculon::test
