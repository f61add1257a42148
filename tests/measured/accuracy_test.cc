// The gate: errors of the bundled measured runs stay what they are, unless somebody decides
// otherwise. `make accuracy` writes the files anew that are compared here.
#include "support/accuracy.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "calculon/base/files.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

constexpr double kAcceptedChange = 0.1;  // in points of percent

// "3.4|" and "3.4" alike: words between blanks.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line, ' ')) {
    if (!word.empty()) {
      words.push_back(word);
    }
  }
  return words;
}

std::optional<double> number_of(std::string_view word) {
  return parse_number<double>(word.substr(word.starts_with('+') ? 1 : 0));
}

// Numbers may differ by as much as is accepted, and by the same share of a step time.
bool are_alike(std::string_view a, std::string_view b) {
  const auto x = number_of(a);
  const auto y = number_of(b);
  return x && y ? std::fabs(*x - *y) <= kAcceptedChange * std::max(1.0, std::fabs(*x) / 50) + 1e-9
                : a == b;
}

// The first line that is not alike, with its counterpart; "" if there is none.
std::string first_change(const std::string& committed, const std::string& now) {
  const auto old_lines = lines_of(committed);
  const auto new_lines = lines_of(now);
  for (std::size_t i = 0; i < std::max(old_lines.size(), new_lines.size()); ++i) {
    const std::string old_line = i < old_lines.size() ? old_lines[i] : "(nothing)";
    const std::string new_line = i < new_lines.size() ? new_lines[i] : "(nothing)";
    const auto old_words = words_of(old_line);
    const auto new_words = words_of(new_line);
    if (!std::equal(old_words.begin(), old_words.end(), new_words.begin(), new_words.end(),
                    are_alike)) {
      return fmt::format("line {}\nwas: {}\nis:  {}\n", i + 1, old_line, new_line);
    }
  }
  return "";
}

// What the tree has at `path`, after it has been written anew if that is asked for.
std::string committed_text(const std::string& path, const std::string& now) {
  if (std::getenv("CALCULON_WRITE_ACCURACY") != nullptr) {
    OutputFile file(source_path(path));
    file.write(now);
    file.commit();
  }
  return source_text(path);
}

}  // namespace

TEST_CASE("the errors by source are those that were committed", "[measured][accuracy]") {
  const std::string now = accuracy_table();
  const std::string committed = committed_text("tests/golden/accuracy.txt", now);
  INFO(
      "An error has changed by more than 0.1 points. If that is what you want, `make accuracy` "
      "writes the new ones.\ncommitted:\n"
      << committed << "\nnow:\n"
      << now);
  CHECK(first_change(committed, now) == "");
}

TEST_CASE("the page on accuracy is that of the model", "[measured][accuracy]") {
  const std::string now = accuracy_page();
  const std::string committed = committed_text("docs/accuracy.md", now);
  CHECK(first_change(committed, now) == "");
}

TEST_CASE("a change of more than a tenth of a point is told", "[measured]") {
  CHECK(first_change("a | 1.00 | 2\n", "a | 1.09 |  2\n") == "");
  CHECK(first_change("a | 1.00 |\n", "a | 1.11 |\n") ==
        "line 1\nwas: a | 1.00 |\nis:  a | 1.11 |\n");
  CHECK(first_change("a\n", "a\nb\n") == "line 2\nwas: (nothing)\nis:  b\n");
  CHECK(first_change("-0.5", "+0.5") != "");
  CHECK(first_change("100", "100.19") == "");
  CHECK(first_change("x 1", "y 1") != "");
}

}  // namespace calculon::test
