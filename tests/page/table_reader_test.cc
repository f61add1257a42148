// What is kept of a table of all executions.
#include "page/table_reader.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace calculon::test {

TEST_CASE("the best of all executions come first, in the order of their ranks", "[page]") {
  TableReader reader("all.csv", "tensor_par,pipeline_par,sample_rate");
  for (const int rate : {5, 30, 10, 40, 20, 1, 2, 3, 4, 6, 7, 8, 9}) {
    reader.add(fmt::format("{},1,{}", rate, rate));
  }
  const Table rows = reader.finish();
  REQUIRE(rows.size() == 13);  // every split has a best one
  for (std::size_t i = 0; i < RowSelection::kBest; ++i) {
    CHECK(rows.value(i, "rank") == Cell(i));
  }
  CHECK(rows.value(0, "sample_rate") == Cell(40));
  REQUIRE(rows.summary(0));
  CHECK(rows.summary(0)->count == 13);
  CHECK(rows.value(10, "rank").is_missing());
}

}  // namespace calculon::test
