// Gzip files as they come: whole, cut off, with something behind them, and unfolding without end.
#include "base/gzip_input.h"

#include <catch2/catch.hpp>
#include <tuple>

#include "base/gzip_member.h"
#include "calculon/base/files.h"
#include "support/input_error_of.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

std::string text_of(const std::string& path, std::size_t chunk_size) {
  GzipInput input(path);
  std::string text;
  std::vector<char> chunk(chunk_size);
  while (const std::size_t count = input.read(chunk)) {
    text.append(chunk.data(), count);
  }
  return text;
}

std::string error_of(const std::string& path) {
  return input_error_of([&] { text_of(path, 1000); });
}

}  // namespace

TEST_CASE("a gzip file gives the same bytes however they are asked for", "[files]") {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += "line " + std::to_string(i * i) + " and a text that comes again and again\n";
  }
  const std::string packed = gzip_part(text) + gzip_part(text) + gzip_end();
  for (const std::string& path : {folder.write("a.gz", packed), folder.write("plain", text + text),
                                  folder.write("no-name-of-gzip", packed)}) {
    INFO(path);
    for (const std::size_t chunk : {1, 7, 258, 65536, 1000000}) {
      CHECK(text_of(path, chunk) == text + text);
    }
  }
}

TEST_CASE("bytes that were looked at come once more", "[files]") {
  const TempFolder folder;
  GzipInput input(folder.write("a.gz", gzip_part("first and ") + gzip_part("last") + gzip_end()));
  CHECK(input.peek() == "first and ");
  CHECK(input.peek() == "first and ");
  std::string text(5, ' ');
  REQUIRE(input.read(text) == 5);
  CHECK(text == "first");
  CHECK(input.peek() == " and ");
}

TEST_CASE("a gzip file of ours that is cut between two members is told as damaged", "[files]") {
  const TempFolder folder;
  const std::string whole = gzip_part("one\n") + gzip_part("two\n");
  CHECK(text_of(folder.write("whole.gz", whole + gzip_end()), 100) == "one\ntwo\n");
  CHECK(text_of(folder.write("two.gz", whole + gzip_end() + whole + gzip_end()), 100) ==
        "one\ntwo\none\ntwo\n");
  for (const std::string& cut : {whole, gzip_part("one\n"), whole + gzip_end() + whole}) {
    const std::string path = folder.write("cut.gz", cut);
    CHECK(error_of(path) == path + ": cannot be read: the end of the gzip data is missing");
  }
  OutputFile file(folder.file("written.gz"));
  file.write("one\n");
  file.commit();
  const std::string written = raw_bytes(folder.file("written.gz"));
  REQUIRE(written.ends_with(gzip_end()));
  const std::string cut =
      folder.write("cut.gz", written.substr(0, written.size() - gzip_end().size()));
  CHECK_THAT(error_of(cut), Catch::EndsWith("the end of the gzip data is missing"));
}

TEST_CASE("gzip files of other programs are read as before", "[files]") {
  const TempFolder folder;
  CHECK(text_of(folder.write("a.gz", gzip_member("one\n") + gzip_member("two\n")), 100) ==
        "one\ntwo\n");
  CHECK(text_of(folder.write("b.gz", gzip_part("one\n") + gzip_member("two\n")), 100) ==
        "one\ntwo\n");
}

TEST_CASE("what stands behind the end of a gzip file is told", "[files]") {
  const TempFolder folder;
  for (const std::string& whole : {gzip_member("one\n"), gzip_part("one\n") + gzip_end()}) {
    for (const std::string& behind : {std::string("garbage"), std::string(20, '\0'),
                                      std::string("\x1f\x8b and no more of that")}) {
      const std::string path = folder.write("a.gz", whole + behind);
      CHECK(error_of(path) ==
            path + ": cannot be read: there is something behind the end of the gzip data");
    }
  }
}

TEST_CASE("a gzip file that unfolds without end is refused", "[files]") {
  const TempFolder folder;
  const std::string blanks = gzip_member(std::string(std::size_t{32} << 20, ' '));
  std::string bomb;
  for (int i = 0; i < 6; ++i) {
    bomb += blanks;
  }
  CHECK_THAT(error_of(folder.write("bomb.gz", bomb)),
             Catch::EndsWith("unfolds to more than 200 times its size, as no results do"));
}

TEST_CASE("a byte-order mark of UTF-8 is no part of the text", "[files]") {
  const TempFolder folder;
  const std::string mark = "\xef\xbb\xbf";
  for (const std::string text : {"", "{", "{}", "host slots=4\n"}) {
    for (const std::string& path : {folder.write("plain", mark + text),
                                    folder.write("a.gz", gzip_part(mark + text) + gzip_end())}) {
      CHECK(text_of(path, 1) == text);
      CHECK(text_of(path, 1000) == text);
      CHECK(GzipInput(path).peek() == text);
    }
  }
  CHECK(text_of(folder.write("inside", "a" + mark), 1000) == "a" + mark);
  CHECK(text_of(folder.write("half", mark.substr(0, 2)), 1000) == mark.substr(0, 2));
}

TEST_CASE("text of two and four bytes a letter is told as such", "[files]") {
  // "{}" and a line break in each encoding, with the byte-order mark and without.
  const std::string little = {'{', 0, '}', 0, '\n', 0};
  const std::string big = {0, '{', 0, '}', 0, '\n'};
  const std::string wide_little = {'{', 0, 0, 0, '}', 0, 0, 0};
  const std::string wide_big = {0, 0, 0, '{', 0, 0, 0, '}'};
  const TempFolder folder;
  for (const auto& [text, mark, encoding] :
       {std::tuple(little, std::string{'\xff', '\xfe'}, "UTF-16"),
        std::tuple(big, std::string{'\xfe', '\xff'}, "UTF-16"),
        std::tuple(wide_little, std::string{'\xff', '\xfe', 0, 0}, "UTF-32"),
        std::tuple(wide_big, std::string{0, 0, '\xfe', '\xff'}, "UTF-32")}) {
    for (const std::string& bytes : {text, mark + text, mark}) {
      for (const std::string& path :
           {folder.write("plain", bytes), folder.write("a.gz", gzip_part(bytes) + gzip_end())}) {
        CHECK(error_of(path) == path + ": is " + encoding + " text, expected UTF-8");
      }
    }
  }
}

}  // namespace calculon::test
