#include "calculon/validation/seqsel.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {

TEST_CASE("the validation prints the published tables to the letter", "[validation]") {
  const SeqselResult result = run_seqsel_validation({source_folder(), false});
  CHECK(result.text == source_text("tests/golden/validation.txt"));
  CHECK(result.end_to_end_error_percent == Approx(3.65).margin(0.005));
}

TEST_CASE("a verbose validation names its tests and all of its 36 cases", "[validation]") {
  std::size_t tests = 0;
  std::size_t cases = 0;
  for (const std::string& line : lines_of(run_seqsel_validation({source_folder(), true}).text)) {
    tests += line.starts_with("Now running test: seqsel_") ? 1 : 0;
    cases += line.starts_with("Analyzing ") ? 1 : 0;
  }
  CHECK(tests == 3);
  CHECK(cases == 36);
}

TEST_CASE("a folder without the data is recognized", "[validation]") {
  const TempFolder folder;
  CHECK(has_seqsel_data(source_folder()));
  CHECK_FALSE(has_seqsel_data(folder.path()));
  CHECK_THAT(input_error_of([&] {
               run_seqsel_validation({folder.path(), false});
             }),
             Catch::Contains("a100_80e.json: cannot be opened"));
}

}  // namespace calculon::test
