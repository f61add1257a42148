#pragma once

#include <cstddef>
#include <string>

#include "cli/console.h"

namespace calculon {

// The console of this process: what its standard streams lead to, and how wide that is. NO_COLOR,
// if it is not empty, takes the color away, TERM=dumb also what moves the cursor. Where a stream
// leads to no terminal, COLUMNS says how wide a line may be.
Console console_of_process(std::string program);

// `text` with its long lines broken where people will read it on a terminal. In files and pipes,
// where programs read it, a line stays a line.
std::string for_reading(const Console& console, const std::string& text);
// The same for standard error.
std::string errors_for_reading(const Console& console, const std::string& text);

}  // namespace calculon
