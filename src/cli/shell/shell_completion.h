#pragma once

#include <string>

#include "cli/usage.h"

namespace calculon {

// Completion scripts: commands, their options, and what stands as a value, be it one of a few
// words, a file or a folder. zsh and fish show the help texts as well.
std::string bash_completion(const ProgramUsage& usage);
std::string zsh_completion(const ProgramUsage& usage);
std::string fish_completion(const ProgramUsage& usage);

}  // namespace calculon
