#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/console.h"

int main(int argc, char** argv) {
  const bool color = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  return calculon::run(argc, argv, {std::cout, std::cerr, color, argv[0], nullptr});
}
