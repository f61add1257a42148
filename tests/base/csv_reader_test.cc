#include "base/csv_reader.h"

#include <catch2/catch.hpp>

namespace calculon::test {
namespace {

using Cells = std::vector<std::string>;

std::vector<CsvRow> rows_of(std::string_view text) {
  CsvReader csv(text);
  std::vector<CsvRow> rows;
  CsvRow row;
  while (csv.next(row)) {
    rows.push_back(row);
  }
  return rows;
}

// The cells of a text with one row.
Cells cells_of(std::string_view text) {
  const auto rows = rows_of(text);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].problem == "");
  return rows[0].cells;
}

}  // namespace

TEST_CASE("cells are what stands between commas", "[measured]") {
  CHECK(cells_of("a,b,c\n") == Cells{"a", "b", "c"});
  CHECK(cells_of("a,b,c\r\n") == Cells{"a", "b", "c"});
  CHECK(cells_of("a,b,c") == Cells{"a", "b", "c"});
  CHECK(cells_of("a,,\r\n") == Cells{"a", "", ""});
  CHECK(cells_of(",a") == Cells{"", "a"});
  CHECK(cells_of(" a , 5\" disk") == Cells{" a ", " 5\" disk"});
  CHECK(rows_of("").empty());
}

TEST_CASE("quoted cells hold commas, line breaks and quotation marks", "[measured]") {
  CHECK(cells_of("\"a,b\",\"\",\"say \"\"x\"\"\"\r\n") == Cells{"a,b", "", "say \"x\""});
  CHECK(cells_of("\"one\r\ntwo\",3") == Cells{"one\r\ntwo", "3"});
  CHECK(cells_of("\"\"\"\"") == Cells{"\""});
}

TEST_CASE("rows are counted as a spreadsheet counts them", "[measured]") {
  const auto rows = rows_of("a,b\r\n\"1\n2\",3\n\n,\n4,5");
  REQUIRE(rows.size() == 5);
  CHECK(rows[1].cells == Cells{"1\n2", "3"});
  CHECK(rows[2].is_blank());
  CHECK(rows[3].is_blank());
  CHECK_FALSE(rows[4].is_blank());
  CHECK(rows[4].number == 5);
}

TEST_CASE("a row that cannot be read ends where its first line does", "[measured]") {
  const auto behind = rows_of("\"a\" x,b\nc,d\n");
  REQUIRE(behind.size() == 2);
  CHECK(behind[0].problem == "has text behind a closed quotation mark");
  CHECK_FALSE(behind[0].is_blank());
  CHECK(behind[1].cells == Cells{"c", "d"});
  const auto open = rows_of("\"a,b\nc,d\ne,\"\"\n");
  REQUIRE(open.size() == 3);
  CHECK(open[0].problem == "has a quotation mark that is not closed");
  CHECK(open[1].cells == Cells{"c", "d"});
  CHECK(open[2].cells == Cells{"e", ""});
  const auto last = rows_of("a,b\n\"c,d\ne,f");
  REQUIRE(last.size() == 3);
  CHECK(last[1].problem == "has a quotation mark that is not closed");
  CHECK(last[2].cells == Cells{"e", "f"});
}

}  // namespace calculon::test
