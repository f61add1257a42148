// Files line by line, plain and compressed.
#include <catch2/catch.hpp>

#include "base/gzip_input.h"
#include "calculon/base/files.h"
#include "support/input_error_of.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

std::vector<std::string> lines_in(const std::string& path) {
  LineReader reader(path);
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) {
    lines.emplace_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("a file comes line by line, whatever ends its lines", "[files]") {
  const TempFolder folder;
  using Lines = std::vector<std::string>;
  CHECK(lines_in(folder.write("a", "")).empty());
  CHECK(lines_in(folder.write("b", "one\ntwo\n")) == Lines{"one", "two"});
  CHECK(lines_in(folder.write("c", "one\r\n\r\ntwo")) == Lines{"one", "", "two"});
  CHECK(lines_in(folder.write("d.gz", gzip_member("one\n") + gzip_member("two"))) ==
        Lines{"one", "two"});
}

TEST_CASE("a line may be longer than what is read at once", "[files]") {
  const TempFolder folder;
  const std::string longer(1000000, 'x');
  const auto lines = lines_in(folder.write("a", "first\n" + longer + "\nlast\n"));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1] == longer);
  CHECK(lines[2] == "last");
}

TEST_CASE("what cannot be read line by line is named", "[files]") {
  const TempFolder folder;
  const std::string plain = folder.write("plain.gz", "text\n");
  CHECK(input_error_of([&] { lines_in(plain); }) ==
        plain + ": is not gzip data, though its name ends in .gz");
  CHECK(input_error_of([&] { lines_in(folder.path()); }) ==
        folder.path() + ": is a directory, expected a file");
  const std::string missing = folder.file("missing");
  CHECK(input_error_of([&] { lines_in(missing); }) ==
        missing + ": cannot be opened: No such file or directory");
}

}  // namespace calculon::test
