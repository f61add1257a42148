// Which rows of a long file a page keeps.
#include "page/row_selection.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

void add(RowSelection& selection, double rate, const std::string& split, double memory = 1) {
  RowSelection::Row row;
  row.rate = rate;
  row.memory = memory;
  row.split = split;
  if (selection.offer(row)) {
    selection.keep(fmt::format("{} {}", selection.count(), split));
  }
}

std::vector<std::string> kept_by(RowSelection& selection) {
  std::vector<std::string> texts;
  for (const RowSelection::Kept& kept : selection.take()) {
    texts.push_back(kept.text);
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("ranked rows are all kept up to a limit", "[page]") {
  RowSelection selection("best.csv", true, 4, 2);
  for (const char* split : {"a", "a", "b", "a"}) {
    add(selection, 10, split);
  }
  CHECK(kept_by(selection) == Texts{"1 a", "2 a", "3 b", "4 a"});
  CHECK(selection.left_out("best.csv", 4).empty());
}

TEST_CASE("of more ranked rows the first and the best of each split are kept", "[page]") {
  RowSelection selection("best.csv", true, 4, 2);
  for (const char* split : {"a", "a", "a", "b", "b", "c", "a"}) {
    add(selection, 10, split);
  }
  CHECK(kept_by(selection) == Texts{"1 a", "2 a", "4 b", "6 c"});
  CHECK(selection.left_out("best.csv", 4) ==
        "Of the 7 rows of best.csv this page holds 4: the first 2 and the best one of each split "
        "over tensor and pipeline parallelism.");
  REQUIRE(selection.rates());
  CHECK(selection.rates()->count == 7);
}

TEST_CASE("of equal rates of a split the one with least memory is kept", "[page]") {
  RowSelection selection("all.csv", true, 1, 1);
  add(selection, 10, "a", 5);
  add(selection, 10, "b", 5);
  add(selection, 10, "b", 4);
  add(selection, 9, "b", 3);
  CHECK(kept_by(selection) == Texts{"1 a", "3 b"});
}

TEST_CASE("more ranked rows than a search can write are refused", "[page]") {
  RowSelection selection("best.csv", true, 4, 2);
  for (std::size_t i = 0; i < RowSelection::kMostRanked; ++i) {
    add(selection, 10, "a");
  }
  CHECK(input_error_of([&] { add(selection, 10, "a"); }) ==
        "best.csv: has more than 1000000 ranked rows, which no search writes");
}

TEST_CASE("rows that are all splits of their own are refused", "[page]") {
  RowSelection selection("all.csv", false, 4, 2);
  CHECK_THAT(input_error_of([&] {
               for (int i = 0; i < 20'000; ++i) {
                 add(selection, 10, std::to_string(i));
               }
             }),
             Catch::StartsWith("all.csv: row 10001: there are more than 10000 splits"));
}

TEST_CASE("rates that come again and again take no room, and are all counted", "[page]") {
  DistributionMaker folded("sample_rate");
  std::int64_t lowest = 0;
  constexpr std::int64_t kCount = 9'000'000;
  for (std::int64_t i = 0; i < kCount; ++i) {
    folded.add(static_cast<double>(i % 11));
    lowest += i % 11 == 0 ? 1 : 0;
  }
  folded.add(11);
  const Distribution distribution = folded.finish();
  CHECK(distribution.count == kCount + 1);
  CHECK(distribution.edges.front() == 0);
  CHECK(distribution.edges.back() == 11);
  CHECK(distribution.counts[0] > lowest);  // 0 and 1
  std::int64_t sum = 0;
  for (const std::int64_t count : distribution.counts) {
    sum += count;
  }
  CHECK(sum == kCount + 1);
  REQUIRE(distribution.top.size() == Distribution::kTop);
  CHECK(distribution.top[0] == 11);
  CHECK(distribution.top[99] == 10);
}

}  // namespace calculon::test
