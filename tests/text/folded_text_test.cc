#include "text/folded_text.h"

#include <catch2/catch.hpp>

namespace calculon::test {

TEST_CASE("a character takes one place, an escape sequence none", "[text]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\xc3\xa9t\xc3\xa9") == 3);
  CHECK(display_width("\x1b[1mabc\x1b[0m") == 3);
  CHECK(display_width("\x1b[") == 0);  // broken off
}

TEST_CASE("words are wrapped behind an indent", "[text]") {
  CHECK(wrapped_words("one two three", 80, 4, 0) == "one two three");
  CHECK(wrapped_words("one two three", 7, 2, 0) == "one two\n  three");
  CHECK(wrapped_words("one two three", 7, 2, 1) == "one\n  two\n  three");
  CHECK(wrapped_words("immeasurable word", 6, 1, 0) == "immeasurable\n word");
  CHECK(wrapped_words("", 10, 2, 0).empty());
}

TEST_CASE("long lines are broken below their last column", "[text]") {
  const std::string row = "name      one two three four five six";
  CHECK(folded_text(row, 80) == row);
  CHECK(folded_text(row + "\n", 26) == "name      one two three\n          four five six\n");
  CHECK(folded_text("a\n" + row + "\nb", 37) == "a\n" + row + "\nb");
  // A column in the second half leaves too little room below it.
  CHECK(folded_text("a name that is long  one two three", 30) ==
        "a name that is long  one two\n  three");
  CHECK(folded_text("  indented words of a paragraph", 20) ==
        "  indented words of\n    a paragraph");
}

TEST_CASE("a word that is longer than a line is left whole", "[text]") {
  CHECK(folded_text("see /a/path/longer/than/the/line now", 12) ==
        "see\n  /a/path/longer/than/the/line\n  now");
  CHECK(folded_text("/a/path/longer/than/the/line", 12) == "/a/path/longer/than/the/line");
}

TEST_CASE("colors take no place in a line", "[text]") {
  const std::string colored = "\x1b[1mone two\x1b[0m three";
  CHECK(folded_text(colored, 13) == colored);
  CHECK(folded_text(colored, 9) == "\x1b[1mone two\x1b[0m\n  three");
}

}  // namespace calculon::test
