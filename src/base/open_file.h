#pragma once

#include <string>

namespace calculon {

// open(2) for reading or writing. A pipe makes it wait until somebody opens the other end, and
// Interrupted is thrown if the user wants to stop meanwhile. Returns the descriptor, or -1 with the
// reason in errno.
int open_file(const std::string& path, int flags);

}  // namespace calculon
