// Bundled names mean what came with the program, whatever stands in the current folder.
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/installation.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace fs = std::filesystem;

TEST_CASE("data of the same names in the current folder change nothing", "[cli]") {
  const TempFolder folder;
  const std::string names = run_built_program({"study", "list"}, folder.path()).out;
  CHECK_THAT(names, Catch::Contains("sensitivity-h100"));
  fs::create_directories(folder.file("examples/studies"));
  fs::create_directory(folder.file("models"));
  fs::create_directory(folder.file("systems"));
  folder.write("examples/studies/x.json", "{}");
  folder.write("models/megatron-22B.json", "{}");
  folder.write("systems/a100_80g.json", "{}");
  folder.write("systems/chips.json", "{}");
  CHECK(run_built_program({"study", "list"}, folder.path()).out == names);
  folder.write("own.json",
               R"({"calculon_study": 1, "title": "one point", "model": "megatron-22B",
                   "system": "a100_80g",
                   "search": {"num_procs": 8, "max_batch": 8, "datatype": "float16"}})");
  CHECK(run_built_program({"study", "check", "own.json"}, folder.path()).status == 0);
  CHECK(run_built_program({"train-estimate"}, folder.path()).err.find("chips") ==
        std::string::npos);
  const ProgramResult unknown = run_built_program({"study", "check", "x"}, folder.path());
  CHECK(unknown.status == 2);
  CHECK_THAT(unknown.err, Catch::StartsWith("calculon: no bundled study is called 'x'"));
}

TEST_CASE("a program in a tree of its own takes the data of that tree, from anywhere", "[cli]") {
  const Installation installation;
  fs::remove(installation.folder().file("examples"));
  fs::create_directories(installation.folder().file("examples/studies"));
  installation.folder().write("examples/studies/mine.json",
                              source_text("examples/studies/sensitivity-h100.json"));
  const TempFolder elsewhere;
  const ProgramResult result = run_shell(installation.program() + " study list", elsewhere.path());
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::Contains("mine "));
  CHECK(result.out.find("sc23") == std::string::npos);
}

TEST_CASE("a model of one's own is named by a path", "[cli]") {
  const TempFolder folder;
  fs::create_directory(folder.file("mine"));
  folder.write("mine/m.json", source_text("models/megatron-22B.json"));
  const std::string study =
      folder.write("s.json", R"({"calculon_study": 1, "title": "one point", "model": "mine/m.json",
                    "system": "../../evil",
                    "search": {"num_procs": 8, "max_batch": 8, "datatype": "float16"}})");
  const ProgramResult result = run_program({"study", "check", study});
  CHECK(result.status == 2);  // no name below the bundled ones
  CHECK_THAT(result.err, Catch::Contains(folder.path() + "/../../evil: cannot be opened"));
}

}  // namespace calculon::test
