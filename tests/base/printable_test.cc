#include "base/printable.h"

#include <catch2/catch.hpp>

namespace calculon::test {

TEST_CASE("what a terminal would act upon is shown as question marks", "[base]") {
  CHECK(printable("\x1b]0;title\a\x1b[2J") == "?]0;title??[2J");
  CHECK(printable("two\nlines\x7f") == "two?lines?");
  CHECK(printable("\xc2\x9b"
                  "2J") == "?2J");  // CSI as one character
  CHECK(printable("a\xe2\x80\xae"
                  "b") == "a?b");  // the direction of writing
  CHECK(printable("mod\xc3\xa8le \xe2\x82\xac \xf0\x9f\x98\x80") ==
        "mod\xc3\xa8le \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST_CASE("bytes that are no UTF-8 are shown as question marks", "[base]") {
  CHECK(printable("x\xff.json") == "x?.json");
  CHECK(printable("\xc3") == "?");       // cut off
  CHECK(printable("\xc0\xaf") == "??");  // too long for its character
  CHECK(printable("\xe0\x80\xaf") == "???");
  CHECK(printable("\xed\xa0\x80") == "???");       // half of a pair of UTF-16
  CHECK(printable("\xf4\x90\x80\x80") == "????");  // past the last character
  CHECK(printable("\xe2\x82|") == "??|");
}

TEST_CASE("a page gets no characters that XML knows not", "[base]") {
  CHECK(xml_text("a\tb\nc\rd <&> \xe6\xbc\xa2 \xf0\x9f\x98\x80") ==
        "a\tb\nc\rd <&> \xe6\xbc\xa2 \xf0\x9f\x98\x80");
  for (const std::string_view bad :
       {std::string_view("\x01"), std::string_view("\0", 1), std::string_view("\x1b"),
        std::string_view("\xff"), std::string_view("\xef\xbf\xbe"), std::string_view("\xc2")}) {
    CHECK(xml_text(std::string("<").append(bad).append(">")) == "<\xef\xbf\xbd>");
  }
}

TEST_CASE("long text keeps its beginning and its end", "[base]") {
  CHECK(shortened_in_middle("short", 5) == "short");
  CHECK(shortened_in_middle("0123456789abcdef", 11) == "012 ... def");
  CHECK(shortened_in_middle(std::string(100, 'x'), 0) == " ... ");
  for (std::size_t longest = 6; longest < 30; ++longest) {  // characters of two bytes stay whole
    std::string text;
    for (int i = 0; i < 20; ++i) {
      text += "\xc3\xa8";
    }
    const std::string shorter = shortened_in_middle(text, longest);
    CHECK(shorter.size() <= longest);
    CHECK(printable(shorter) == shorter);
  }
}

}  // namespace calculon::test
