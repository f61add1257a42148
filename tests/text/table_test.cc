// A table as such: what its cells are, how they are written, and which columns it shows.
#include "text/table.h"

#include <catch2/catch.hpp>
#include <limits>

#include "text/table_json.h"

namespace calculon::test {

TEST_CASE("a cell is nothing, a flag, a number or a text", "[text]") {
  CHECK(Cell().is_missing());
  CHECK(Cell(true).is_flag());
  CHECK_FALSE(Cell(true).is_number());
  CHECK(Cell(8).is_whole());
  CHECK(Cell(8.0).is_number());
  CHECK_FALSE(Cell(8.0).is_whole());
  CHECK(Cell("8").is_text());
  CHECK(Cell(8) == Cell(8.0));
  CHECK_FALSE(Cell(8) == Cell("8"));
  CHECK_FALSE(Cell(true) == Cell(1));
  CHECK(Cell() == Cell());
  CHECK_FALSE(Cell() == Cell(""));
}

TEST_CASE("cells are written as JSON writes them, and read back", "[text]") {
  CHECK(plain_text(Cell()).empty());
  CHECK(plain_text(Cell(false)) == "false");
  CHECK(plain_text(Cell(1974902)) == "1974902");
  CHECK(plain_text(Cell(8.0)) == "8.0");
  CHECK(plain_text(Cell(0.1)) == "0.1");
  CHECK(plain_text(Cell("a,b")) == "a,b");
  for (const char* text : {"null", "true", "12", "-3", "0.25", "1e+30", "\"a\""}) {
    const Json json = Json::parse(text);
    CHECK(Json(cell_of(json)).dump() == text);
  }
}

TEST_CASE("numbers of the model become whole where they are", "[text]") {
  CHECK(number_cell(3).is_whole());
  CHECK_FALSE(number_cell(0.5).is_whole());
  CHECK_FALSE(number_cell(1e300).is_whole());
  CHECK(number_cell(std::numeric_limits<double>::infinity()).is_missing());
  CHECK(number_cell(std::numeric_limits<double>::quiet_NaN()).is_missing());
}

TEST_CASE("a table has what was set, and nothing elsewhere", "[text]") {
  Table table;
  table.add_columns({"size", "reason", "rate"});
  table.add_row();
  table.set("size", 8);
  table.set("rate", 2.5);
  table.add_row();
  table.set("size", 16);
  table.set("reason", std::string("a text that ") + "is gone");
  table.set("status", "infeasible");
  CHECK(table.size() == 2);
  CHECK(table.value(0, "size") == Cell(8));
  CHECK(table.value(0, "reason").is_missing());
  CHECK(table.value(1, "rate").is_missing());
  CHECK(table.value(0, "unknown").is_missing());
  CHECK(table.value(1, "reason") == Cell("a text that is gone"));
  CHECK(table.number(0, "rate") == 2.5);
  CHECK_FALSE(table.number(1, "reason"));
  CHECK(table.ok(0));
  CHECK_FALSE(table.ok(1));
  CHECK(table.has("reason"));
  CHECK_FALSE(table.has("unknown"));
  // Columns stand where the first row that has a value shows them.
  CHECK(table.columns() == std::vector<std::string>{"size", "rate", "reason", "status"});

  Table copy;
  copy.add_copy(table, 1, {"status", "size"});
  CHECK(copy.value(0, "status") == Cell("infeasible"));
  CHECK(copy.value(0, "reason").is_missing());
  table.clear();
  CHECK(table.size() == 0);
  CHECK(table.value(0, "size").is_missing());
  CHECK(table.columns().empty());
}

}  // namespace calculon::test
