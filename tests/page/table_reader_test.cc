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
  const Json rows = reader.finish();
  REQUIRE(rows.size() == 13);  // every split has a best one
  for (std::size_t i = 0; i < TableReader::kBest; ++i) {
    CHECK(rows[i]["rank"] == i);
  }
  CHECK(rows[0]["sample_rate"] == 40);
  CHECK(rows[0]["summary"]["count"] == 13);
  CHECK_FALSE(rows[10].contains("rank"));
}

}  // namespace calculon::test
