// How the sources make JSON, where the language leaves a trap.
#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "support/findings.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

using Names = std::set<std::string>;

std::vector<std::string> all_sources() {
  std::vector<std::string> paths;
  for (const std::string root : {"src", "include"}) {
    const auto of_root = source_files(root, {".h", ".cc"});
    paths.insert(paths.end(), of_root.begin(), of_root.end());
  }
  return paths;
}

// Functions, variables and parameters that are declared as JSON values.
Names json_names(const std::string& text) {
  static const std::regex kDeclaration("\\bJson[&]? ([a-z_]+)\\b");
  Names names;
  for (std::sregex_iterator at(text.begin(), text.end(), kDeclaration), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

// What stands alone between braces behind '=', 'return' or '(', except in Json::array(), if it
// begins with one of the names: "return {bottom_axis(title)};" gives "bottom_axis".
std::vector<std::string> values_alone_in_braces(const std::string& text, const Names& names) {
  static const std::regex kAlone(
      "(=|return|\\w+\\()\\s*\\{(?:std::move\\()?(Json\\(|[a-z_]+)(?:\\([^{};]*\\))?\\)?\\}\\s*[;),"
      "]");
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), kAlone), end; at != end; ++at) {
    const std::string before = (*at)[1];
    const std::string name = (*at)[2];
    const std::string arguments = at->str();
    const bool several = arguments.find(',') < arguments.find('(');
    if (before != "array(" && !several && (name == "Json(" || names.contains(name))) {
      found.push_back(name);
    }
  }
  return found;
}

}  // namespace

// {value} is a list of one with one compiler, and a copy of the value with another.
TEST_CASE("no JSON value stands alone in braces", "[layering]") {
  CHECK(values_alone_in_braces("panel.marks = {part(kCells)};", {"part"}).size() == 1);
  CHECK(values_alone_in_braces("return {std::move(x)};", {"x"}).size() == 1);
  CHECK(values_alone_in_braces("list.push_back({x});", {"x"}).size() == 1);
  CHECK(values_alone_in_braces("f(Json::array({x}), {y});", {"x", "z"}).empty());
  Names functions;
  for (const std::string& path : source_files("src", {".h"})) {
    static const std::regex kFunction("\\bJson ([a-z_]+)\\(");
    const std::string text = source_text(path);
    for (std::sregex_iterator at(text.begin(), text.end(), kFunction), end; at != end; ++at) {
      functions.insert((*at)[1]);
    }
  }
  CHECK(functions.contains("spec_part"));
  Findings findings;
  for (const std::string& path : all_sources()) {
    const std::string text = source_text(path);
    Names names = json_names(text);
    names.insert(functions.begin(), functions.end());
    for (const std::string& name : values_alone_in_braces(text, names)) {
      findings.add(path + " puts " + name + " alone in braces, expected Json::array({...})");
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

// Without a word on what is no UTF-8, dump() throws for a name that someone else chose.
TEST_CASE("JSON becomes text in ways that know bytes which are no UTF-8", "[layering]") {
  static const std::regex kDump("\\bdump\\([^;]*;");
  Findings findings;
  for (const std::string& path : all_sources()) {
    const std::string text = source_text(path);
    for (std::sregex_iterator at(text.begin(), text.end(), kDump), end; at != end; ++at) {
      findings.add_unless(at->str().find("error_handler_t") != std::string::npos,
                          path + " calls dump() without an error handler, see base/json_text.h");
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
