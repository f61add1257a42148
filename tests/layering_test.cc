// Each folder sees only what the table lets it see; the outside libraries stay where they belong.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>

#include "support/findings.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

using Names = std::set<std::string>;

const std::map<std::string, Names>& visible_folders() {
  static const std::map<std::string, Names> kVisible = [] {
    const Names inputs = {"base", "hardware", "workload"};
    Names block = inputs;
    block.insert({"strategy", "block"});
    Names batch = block;
    batch.insert("batch");
    Names text = batch;
    text.insert({"search", "bandwidth", "planner", "text"});
    Names cli = text;
    cli.insert({"page", "study", "validation", "cli"});
    const auto with = [](Names names, const std::string& own) {
      names.insert(own);
      return names;
    };
    return std::map<std::string, Names>{
        {"base", {"base"}},
        {"hardware", {"base", "hardware"}},
        {"workload", {"base", "workload"}},
        {"strategy", with(inputs, "strategy")},
        {"block", block},
        {"batch", batch},
        {"validation", with(batch, "validation")},
        {"search", with(batch, "search")},
        {"bandwidth", {"base", "hardware", "bandwidth"}},
        {"planner", with(block, "planner")},
        {"text", text},
        {"page", with(text, "page")},
        {"study", with(with(text, "page"), "study")},
        {"cli", cli},
    };
  }();
  return kVisible;
}

// "include/calculon/base/files.h" and "src/base/files.cc" lie in "base".
std::string folder_of(const std::string& path) {
  static const std::regex kFolder("^(?:include/calculon|src)/([^/]+)/.*");
  std::smatch match;
  return std::regex_match(path, match, kFolder) ? match[1].str() : "";
}

bool may_include(const std::string& path, const std::string& header) {
  const std::string folder = folder_of(path);
  const auto in = [&](const Names& folders) { return folders.contains(folder); };
  if (header.starts_with("CLI/")) {
    return in({"cli"});
  }
  if (header.starts_with("spdlog/")) {
    return in({"cli", "search"});
  }
  if (header.starts_with("nlohmann/")) {
    return in({"text", "page"}) || path.starts_with("src/base/json_reader.");
  }
  if (header.starts_with("calculon/")) {
    return visible_folders().at(folder).contains(folder_of("include/" + header));
  }
  const auto slash = header.find('/');
  if (slash == std::string::npos || !visible_folders().contains(header.substr(0, slash))) {
    return true;  // the standard library and fmt may be used anywhere
  }
  // A header in src/ is no business of an installed one.
  return path.starts_with("src/") && visible_folders().at(folder).contains(header.substr(0, slash));
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

TEST_CASE("every header is included once however often it is asked for", "[layering]") {
  for (const std::string root : {"src", "include", "tests"}) {
    for (const std::string& path : source_files(root, {".h"})) {
      INFO(path);
      CHECK_THAT(source_text(path), Catch::Contains("#pragma once\n"));
    }
  }
}

}  // namespace calculon::test
