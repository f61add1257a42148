#include "support/program.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "cli/console.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) {
    text += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return text + "'";
}

}  // namespace

std::string program_path() {
  return CALCULON_PROGRAM;
}

ProgramResult run_program(const Arguments& arguments, bool color) {
  std::vector<const char*> argv = {CALCULON_PROGRAM};
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  std::ostringstream out;
  std::ostringstream err;
  const int status =
      run(static_cast<int>(argv.size()), argv.data(), {out, err, color, CALCULON_PROGRAM, nullptr});
  return {status, out.str(), err.str()};
}

ProgramResult run_shell(const std::string& line, const std::string& folder) {
  const TempFolder streams;
  const std::string command = "cd " + quoted(folder) + " && { " + line + "\n} </dev/null >" +
                              quoted(streams.file("out")) + " 2>" + quoted(streams.file("err"));
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, raw_bytes(streams.file("out")),
          raw_bytes(streams.file("err"))};
}

ProgramResult run_built_program(const Arguments& arguments, const std::string& folder) {
  std::string line = quoted(CALCULON_PROGRAM);
  for (const std::string& argument : arguments) {
    line += " " + quoted(argument);
  }
  return run_shell(line, folder);
}

bool is_one_line(const std::string& text) {
  return text.size() > 1 && text.back() == '\n' && std::count(text.begin(), text.end(), '\n') == 1;
}

}  // namespace calculon::test
