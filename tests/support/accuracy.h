#pragma once

#include <string>

namespace calculon::test {

// The errors of the bundled measured runs by source, a line for each quantity: what changes of the
// model are held against.
std::string accuracy_table();

// The page docs/accuracy.md, made of the same runs.
std::string accuracy_page();

}  // namespace calculon::test
