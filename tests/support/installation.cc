#include "support/installation.h"

#include <filesystem>

#include "support/program.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace fs = std::filesystem;

Installation::Installation() {
  fs::create_directory(folder_.file("bin"));
  fs::copy_file(program_path(), program());  // a link would lead back to the build folder
  for (const std::string name : {"models", "systems", "examples"}) {
    fs::create_directory_symlink(source_path(name), folder_.file(name));
  }
}

ProgramResult Installation::run(const std::string& line) const {
  return run_shell("export HOME='" + folder_.path() + "'\n" + line, folder_.path());
}

}  // namespace calculon::test
