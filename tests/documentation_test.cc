// The pages of docs hold together: links lead somewhere, identifiers of quirks and rules mean one
// thing each and are those that the code cites, and what comes from a row or an option is there.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "calculon/bandwidth/bandwidth.h"
#include "calculon/bandwidth/estimate.h"
#include "cli/commands.h"
#include "support/findings.h"
#include "support/program.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

using Words = std::set<std::string>;

// All places where an expression matches a text.
std::vector<std::smatch> matches(const std::string& text, const std::regex& expression) {
  return {std::sregex_iterator(text.begin(), text.end(), expression), std::sregex_iterator()};
}

Words pages() {
  Words names = {"README.md", "src/README.md", "systems/README.md", "tests/golden/README.md"};
  for (const std::string& page : source_files("docs", {".md"})) {
    names.insert(page);
  }
  return names;
}

std::vector<std::string> code_files() {
  std::vector<std::string> files;
  for (const char* folder : {"src", "include", "tests"}) {
    for (const std::string& file : source_files(folder, {".h", ".cc"})) {
      files.push_back(file);
    }
  }
  return files;
}

// "Model A: bandwidth" -> "model-a-bandwidth", as GitHub does.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    if (c == ' ') {
      anchor += '-';
    } else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_') {
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return anchor;
}

Words anchors_of(const std::string& page) {
  Words anchors;
  bool quoted = false;
  for (const std::string& line : lines_of(source_text(page))) {
    quoted = quoted != line.starts_with("```");
    if (!quoted && line.starts_with("#")) {
      anchors.insert(anchor_of(line.substr(line.find(' ') + 1)));
    }
  }
  return anchors;
}

// What is wrong with a link of a page; "" if nothing is.
std::string link_mistake(const std::string& page, const std::string& target) {
  namespace fs = std::filesystem;
  const std::size_t hash = target.find('#');
  const std::string file = target.substr(0, hash);
  const std::string path =
      file.empty() ? page : (fs::path(page).parent_path() / file).lexically_normal().string();
  if (!fs::exists(source_path(path))) {
    return page + " links to " + path + ", which is not there";
  }
  if (hash != std::string::npos && !anchors_of(path).contains(target.substr(hash + 1))) {
    return page + " links to " + target + ", and there is no such heading";
  }
  return "";
}

// An identifier of a quirk or a rule: "D2", "TA7", "MT10". Those of the letter S alone are cited in
// mixtures of experts only.
const std::string kId = "(?:K[CDL]|R[AE]|T[AB]|M[EUT]|[A-IMSUW])\\d{1,2}|MS";

// The letters and the number of an identifier.
std::pair<std::string, int> parts_of(const std::string& id) {
  const std::size_t digits = id.find_first_of("0123456789");
  return {id.substr(0, digits), digits == std::string::npos ? 0 : std::stoi(id.substr(digits))};
}

// All of "U31, U32", "U11 - U14" or "A0 to A12"; a range has what is `known` of it.
void add_ids(const std::string& text, const Words& known, Words& ids) {
  static const std::regex kItem("(" + kId + ")(?:\\s*(?:-|to)\\s*(" + kId + "))?");
  for (const std::smatch& item : matches(text, kItem)) {
    ids.insert(item[1]);
    if (item[2].matched) {
      const auto first = parts_of(item[1]);
      const auto last = parts_of(item[2]);
      for (const std::string& id : known) {
        const auto parts = parts_of(id);
        if (parts.first == first.first && parts.second >= first.second &&
            parts.second <= last.second) {
          ids.insert(id);
        }
      }
    }
  }
}

// Every identifier that a page defines, in a list ("* **D2** ...") or in the first column of a
// table, with the page; `repeated` gets what is defined twice.
std::map<std::string, std::string> defined_ids(Findings& repeated) {
  static const std::regex kLine("^(?:\\* \\*\\*(" + kId + ")\\*\\*|\\| ((?:" + kId +
                                ")(?:(?:, | - )(?:" + kId + "))*) \\|).*");
  Words numbers;
  for (const char* letters : {"U", "RA", "MU", "MT", "KC", "KL"}) {
    for (int number = 10; number <= 72; ++number) {
      numbers.insert(letters + std::to_string(number));
    }
  }
  for (const char* letters : {"U", "RA", "RE", "MU", "MT", "KC", "KD", "KL"}) {
    for (int number = 0; number <= 9; ++number) {
      numbers.insert(letters + std::to_string(number));
    }
  }
  std::map<std::string, std::string> defined;
  for (const std::string& page : pages()) {
    for (const std::string& line : lines_of(source_text(page))) {
      std::smatch match;
      if (page == "tests/golden/README.md" || !std::regex_match(line, match, kLine)) {
        continue;
      }
      Words ids;
      add_ids(match[1].matched ? match[1] : match[2], numbers, ids);
      for (const std::string& id : ids) {
        repeated.add_unless(defined.emplace(id, page).second, id + " is defined twice");
      }
    }
  }
  return defined;
}

// What a file cites: in comments, behind the word quirk, and as the name of a training run's rule.
Words cited_ids(const std::string& file, const Words& known) {
  static const std::regex kComment("//[^\n]*");
  static const std::regex kWord("\\b(?:" + kId + ")\\b(?:(?:-| to )(?:" + kId + ")\\b)?");
  static const std::regex kQuirk("[Qq]uirks? (?:" + kId + ")");
  static const std::regex kRule("\"([AE]\\d+)\"");
  const std::string code = source_text(file);
  Words cited;
  for (const std::smatch& comment : matches(code, kComment)) {
    const std::string text = comment.str();
    for (const std::smatch& word : matches(text, kWord)) {
      add_ids(word.str(), known, cited);
    }
  }
  for (const std::smatch& quirk : matches(code, kQuirk)) {
    add_ids(quirk.str(), known, cited);
  }
  if (file.starts_with("src/bandwidth/")) {
    for (const std::smatch& rule : matches(code, kRule)) {
      cited.insert("R" + rule[1].str());
    }
  }
  return cited;
}

template <class Fields>
void check_rows(const Fields& fields, const std::string& text) {
  for (const auto& field : fields) {
    const std::string row = "| `" + std::string(field.name) + "` | " + std::string(field.unit) +
                            " | " + std::string(field.help) +
                            (field.head_only ? " (head only) |" : " |");
    INFO(row);
    CHECK(text.find(row + "\n") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("every link of a page leads to a file and a heading", "[docs]") {
  static const std::regex kLink("\\]\\(([^)\\s]+)\\)");
  Findings findings;
  std::size_t links = 0;
  for (const std::string& page : pages()) {
    const std::string text = source_text(page);
    for (const std::smatch& link : matches(text, kLink)) {
      if (!link[1].str().starts_with("http")) {
        ++links;
        const std::string mistake = link_mistake(page, link[1]);
        findings.add_unless(mistake.empty(), mistake);
      }
    }
  }
  CHECK(links > 80);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("the list of pages has every page", "[docs]") {
  const std::string list = source_text("docs/README.md");
  for (const std::string& page : source_files("docs", {".md"})) {
    const std::string name = page.substr(page.find('/') + 1);
    INFO(name);
    CHECK((name == "README.md" || list.find("[" + name + "](" + name + ")") != std::string::npos));
  }
}

// The README tells the errors of step times and of the peak memory over all runs of a table.
TEST_CASE("the README has the errors of the page on accuracy", "[docs]") {
  static const std::regex kAll(
      "\\| all \\| \\d+ \\| ([\\d.]+) \\| [\\d.]+ \\| ([\\d.]+) \\| ([\\d.]+) \\|.*");
  const std::string readme = source_text("README.md");
  std::string heading;
  bool by_source = false;
  std::size_t rows = 0;
  for (const std::string& line : lines_of(source_text("docs/accuracy.md"))) {
    std::smatch match;
    if (line.starts_with("### ")) {
      heading = line.substr(4);
    } else if (line.starts_with("| source |") || line.empty()) {
      by_source = !line.empty();
    } else if (by_source && heading != "Memory between steps" &&
               std::regex_match(line, match, kAll)) {
      const std::string row =
          match[1].str() + " % | " + match[2].str() + " % | " + match[3].str() + " % |";
      INFO(heading << ": " << row);
      CHECK(readme.find(row) != std::string::npos);
      ++rows;
    }
  }
  CHECK(rows == 3);
}

TEST_CASE("what the README tells of other pages stands there", "[docs]") {
  struct Claim {
    std::string page;
    std::string there;
    std::string in_readme;
  };
  const std::vector<Claim> claims = {
      {"docs/calibrated.md", "| 82, 3.65, 8.89 |",
       "82 runs that no fit has seen | 3.65 % | 8.89 %"},
      {"docs/calibrated.md", "`h100` 324, 7.18, 16.97",
       "324 runs that no fit has seen | 7.18 % | 16.97 %"},
      {"docs/studies.md", "| dense, step time | 945: 50.4, -48.4 |",
       "945 of the runs above, dense | 50.4 %, mostly too fast"},
      {"docs/accuracy.md",
       "Of 869 runs of which it is known whether they ran or were out of memory, 859",
       "859 are told right, and 3 were to fit and did not"},
      {"docs/accuracy.md", "| -50.60 | data:regression",
       "regression in its software (50.6 % too fast)"},
      {"docs/accuracy.md", "| -49.31 | data:inconsistent", "its neighbours (49.3 % too fast)"},
      {"docs/accuracy.md", "| v100-16g-oneflow | 0.5186 | 0.695 | +34.01 |",
       "OneFlow on V100 (34.0 % too slow)"},
  };
  const std::string readme = source_text("README.md");
  for (const Claim& claim : claims) {
    INFO(claim.page << ": " << claim.there << "; README: " << claim.in_readme);
    CHECK(source_text(claim.page).find(claim.there) != std::string::npos);
    CHECK(readme.find(claim.in_readme) != std::string::npos);
  }
}

// "megatron-22B,|,1.42,1.40,1.72%,48.15,|,1.1,1.14,...": what was measured and what is computed,
// with full and with selective recomputation.
TEST_CASE("the page on published tools has the times of the validation", "[docs]") {
  static const std::regex kRow(
      "[^,]+,\\|,([\\d.]+),([\\d.]+),[^,]+,[\\d.]+,\\|,([\\d.]+),([\\d.]+),[^,]+,[\\d.]+,");
  const std::string page = source_text("docs/published.md");
  std::size_t rows = 0;
  for (const std::string& line : lines_of(run_program({"llm-validation"}).out)) {
    std::smatch match;
    if (!std::regex_match(line, match, kRow)) {
      continue;
    }
    for (const std::size_t measured : {1, 3}) {
      const std::string computed = match[measured + 1].str();
      const std::regex expected(fmt::format("\\| {:.2f} \\| [\\d.]+ \\| {} \\| {} \\|\n",
                                            std::stod(match[measured].str()), computed, computed));
      INFO(line);
      CHECK(std::regex_search(page, expected));
      ++rows;
    }
  }
  CHECK(rows == 8);
}

TEST_CASE("pages and sections that the code names are there", "[docs]") {
  static const std::regex kPage("docs/[a-z-]+\\.md(?:,\\s+(?://\\s+)?\"([^\"]+)\")?");
  static const std::regex kBreak("\\s+(?://\\s+)?");
  Findings findings;
  std::size_t named = 0;
  for (const std::string& file : code_files()) {
    const std::string code = source_text(file);
    for (const std::smatch& match : matches(code, kPage)) {
      if (file == "tests/documentation_test.cc") {
        continue;
      }
      ++named;
      const std::string page = match.str().substr(0, match.str().find(".md") + 3);
      if (!std::filesystem::exists(source_path(page))) {
        findings.add(file + " names " + page);
      } else if (match[1].matched) {
        const std::string section = std::regex_replace(match[1].str(), kBreak, " ");
        findings.add_unless(anchors_of(page).contains(anchor_of(section)),
                            file + " names the section " + section + " of " + page);
      }
    }
  }
  CHECK(named > 15);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("each identifier is defined once, and cited are those that are defined", "[docs]") {
  Findings findings;
  const std::map<std::string, std::string> defined = defined_ids(findings);
  Words known;
  for (const auto& [id, page] : defined) {
    known.insert(id);
  }
  Words cited;
  for (const std::string& file : code_files()) {
    if (file == "tests/documentation_test.cc") {
      continue;
    }
    for (const std::string& id : cited_ids(file, known)) {
      findings.add_unless(known.contains(id), file + " cites " + id + ", which no page defines");
      cited.insert(id);
    }
  }
  for (const auto& [id, page] : defined) {
    findings.add_unless(cited.contains(id), page + " defines " + id + ", which no code cites");
  }
  CHECK(known.size() > 200);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("every result of a training run is documented as its row says", "[docs][bandwidth]") {
  const std::string text = source_text("docs/bandwidth.md");
  check_rows(kBandwidthOutputFields, text);
  check_rows(kEstimateOutputFields, text);
}

TEST_CASE("every option of the planner's commands is documented", "[docs][planner]") {
  const std::string text = source_text("docs/hetero.md");
  for (const Command& command : commands()) {
    if (!command.name.starts_with("hetero-")) {
      continue;
    }
    CLI::App app;
    command.setup(app);
    for (const CLI::Option* option : app.get_options()) {
      const std::string name = option->get_lnames().front();
      INFO(command.name << " --" << name);
      CHECK((name == "help" || text.find("`--" + name) != std::string::npos));
    }
  }
}

}  // namespace calculon::test
