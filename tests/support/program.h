#pragma once

#include <string>
#include <vector>

namespace calculon::test {

// The built program.
std::string program_path();

struct ProgramResult {
  int status = 0;
  std::string out;
  std::string err;
};

using Arguments = std::vector<std::string>;

// The program with these arguments in this process, its streams caught.
ProgramResult run_program(const Arguments& arguments, bool color = false);

// A line for /bin/sh in `folder`, with nothing on standard input.
ProgramResult run_shell(const std::string& line, const std::string& folder);

// The built program with these arguments, run in `folder`.
ProgramResult run_built_program(const Arguments& arguments, const std::string& folder);

// Whether `text` is one line of words, ended, as every mistake is reported.
bool is_one_line(const std::string& text);

}  // namespace calculon::test
