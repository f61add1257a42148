#include <catch2/catch.hpp>

#include "support/installation.h"
#include "support/program.h"
#include "support/source_tree.h"

namespace calculon::test {

TEST_CASE("lv prints the published tables of the data it is pointed at", "[cli]") {
  const std::string tables = source_text("tests/golden/validation.txt");
  for (const std::string name : {"lv", "llm-validation"}) {
    const ProgramResult result = run_program({name, "-b", source_folder()});
    CHECK(result.status == 0);
    CHECK(result.out == tables);
  }
  const ProgramResult verbose = run_program({"lv", "-v", "-b", source_folder()});
  CHECK_THAT(verbose.out, Catch::StartsWith("\n\nNow running test: seqsel_fig1\nAnalyzing "));
}

TEST_CASE("lv fails when the error is more than is accepted", "[cli]") {  // G6
  const auto with = [](const std::string& percent) {
    return run_program({"lv", "--base_dir", source_folder(), "--max-error", percent});
  };
  CHECK(with("5").status == 0);
  const ProgramResult strict = with("3");
  CHECK(strict.status == 1);
  CHECK(strict.err == "calculon: the mean end-to-end error is 3.65%, more than the accepted 3%\n");
  CHECK(strict.out == with("5").out);
}

TEST_CASE("lv says when there are no data", "[cli]") {
  const TempFolder folder;
  const ProgramResult result = run_program({"lv", "-b", folder.path()});
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(result.err == "calculon: " + folder.path() +
                          ": expected a folder with models/, systems/ and examples/validation/\n");
}

TEST_CASE("lv finds the data that came with the program from any folder", "[cli]") {
  const Installation installation;
  const TempFolder elsewhere;
  const ProgramResult result = run_shell(installation.program() + " lv", elsewhere.path());
  CHECK(result.status == 0);
  CHECK(result.out == source_text("tests/golden/validation.txt"));
}

}  // namespace calculon::test
