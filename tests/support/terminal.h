#pragma once

#include <string>
#include <vector>

#include "support/program.h"

namespace calculon::test {

// What a terminal of `columns` columns, which is all three standard streams of the built program,
// has shown when it ends. `environment` is set besides, as "NAME=VALUE".
ProgramResult run_in_terminal(int columns, const Arguments& arguments, const std::string& folder,
                              const std::vector<std::string>& environment = {});

// The lines that were shown, also those that others were written over, without escape sequences.
std::vector<std::string> shown_lines(const std::string& session);

}  // namespace calculon::test
