#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/file_kind.h"

namespace calculon {

// The arguments of a command that reads several files, up to the last file: "MODEL NUM_PROCS
// MAX_BATCH_SIZE DATATYPE SYSTEM"; "" of other commands.
std::string argument_order(const CLI::App& command);

// Tells of a file that stands where another kind is expected. If it is among the arguments of
// `command`, which takes several files, their order is told: "b.json is a system file; the order is
// MODEL EXECUTION SYSTEM".
std::string wrong_kind_text(const CLI::App& command, const WrongKindOfFile& error);

}  // namespace calculon
