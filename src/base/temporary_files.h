#pragma once

#include <string>

namespace calculon {

// Files that are to go when a signal ends the program: their names stand in a table that a signal
// handler can read.

// Adds a name and returns its place in the table; kNoPlace if the table is full.
inline constexpr int kNoPlace = -1;
int remember_temporary_file(const std::string& path);
// Takes it out again: the file has another name now, or is gone. Nothing for kNoPlace.
void forget_temporary_file(int place);

// Removes all files of the table. May be called from a signal handler.
void remove_temporary_files();

}  // namespace calculon
