#include "base/run_files.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "calculon/base/files.h"
#include "support/input_error_of.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

namespace fs = std::filesystem;

std::string input_message(const std::string& path) {
  return input_error_of([&] { note_input(path); });
}

std::string output_message(const std::string& path) {
  return input_error_of([&] { note_output(path); });
}

}  // namespace

TEST_CASE("an output that is an input is found under any name", "[files]") {
  const TempFolder folder;
  const std::string path = folder.write("m.json", "{}");
  const std::string hard = folder.file("hard.json");
  const std::string soft = folder.file("soft.json");
  fs::create_hard_link(path, hard);
  fs::create_symlink("m.json", soft);
  for (const std::string& name :
       {path, hard, soft, folder.file("./m.json"),
        folder.path() + "/../" + fs::path(path).parent_path().filename().string() + "/m.json"}) {
    const RunFiles files;
    CHECK(input_message(path) == "(no error)");
    CHECK(input_message(name) == "(no error)");  // inputs may be given twice
    CHECK(output_message(name) ==
          name + (name == path ? ": is also an input" : ": is also the input " + path));
  }
  for (const std::string& name : {path, hard, soft}) {  // the output comes first, as a log does
    const RunFiles files;
    CHECK(output_message(name) == "(no error)");
    CHECK(input_message(path) ==
          name + (name == path ? ": is also an input" : ": is also the input " + path));
  }
}

TEST_CASE("two outputs are one before there is a file, and after", "[files]") {
  const TempFolder folder;
  const std::string path = folder.file("new.json");
  fs::create_symlink("new.json", folder.file("link.json"));
  fs::create_directory_symlink(folder.path(), folder.file("here"));
  const RunFiles files;
  CHECK(output_message(path) == "(no error)");
  for (const std::string name : {"new.json", "link.json", "here/new.json", "here/link.json"}) {
    const std::string other = folder.file(name);
    CHECK(output_message(other) ==
          other + ": is given for two outputs" + (other == path ? "" : ", also as " + path));
  }
  folder.write("new.json", "");
  CHECK(output_message(folder.file("link.json")) ==
        folder.file("link.json") + ": is given for two outputs, also as " + path);
  CHECK(output_message(folder.file("other.json")) == "(no error)");
}

TEST_CASE("devices and standard streams are inputs and outputs as often as one likes", "[files]") {
  const RunFiles files;
  for (const std::string path : {"/dev/null", "-", "/dev/null", "-"}) {
    CHECK(input_message(path) == "(no error)");
    CHECK(output_message(path) == "(no error)");
  }
}

TEST_CASE("the files of one run are nothing to the next one", "[files]") {
  const TempFolder folder;
  const std::string path = folder.write("m.json", "{}");
  {
    const RunFiles files;
    note_input(path);
  }
  {
    const RunFiles files;
    CHECK(output_message(path) == "(no error)");
  }
  note_input(path);  // none at all
  CHECK(output_message(path) == "(no error)");
}

TEST_CASE("the program may read and replace its own files", "[files]") {
  const TempFolder folder;
  const std::string path = folder.write("study.json", "old");
  const RunFiles files;
  for (int i = 0; i < 2; ++i) {
    read_text_file(path);
    OutputFile file(path, OutputFile::Owner::kProgram);
    file.write("new");
    file.commit();
  }
  CHECK(read_text_file(path) == "new");
  CHECK(input_error_of([&] { OutputFile file(path); }) == path + ": is also an input");
}

}  // namespace calculon::test
