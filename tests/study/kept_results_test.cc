// Folders of results that an earlier version of the program made, one for each kind of point of
// each preset and of the calibrated model: nothing of them is computed again, and the table is what
// it was.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "calculon/base/files.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {

namespace fs = std::filesystem;

TEST_CASE("results of an earlier version stay valid", "[study]") {
  std::size_t folders = 0;
  for (const auto& entry : fs::directory_iterator(source_path("tests/golden/kept_studies"))) {
    const std::string kept = entry.path().string();
    INFO(kept);
    ++folders;
    const TempFolder folder;
    for (const char* file : {"study.json", "results-0-of-1.jsonl"}) {
      fs::copy_file(kept + "/" + file, folder.file(file));
    }
    const ProgramResult run = run_program({"study", "run", "-o", folder.path()});
    CHECK(run.status == 0);
    CHECK_THAT(run.out, Catch::Contains(" 0 computed now"));
    const ProgramResult merged =
        run_built_program({"study", "merge", folder.path(), "-o", "-"}, folder.path());
    CHECK(merged.status == 0);
    CHECK(merged.out == read_text_file(kept + "/table.csv"));
  }
  CHECK(folders == 6);
}

}  // namespace calculon::test
