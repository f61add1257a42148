#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/console.h"

int main(int argc, char** argv) {
  const bool color = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  const bool progress = isatty(STDERR_FILENO) != 0;
  return calculon::run(argc, argv,
                       {.out = std::cout,
                        .err = std::cerr,
                        .color = color,
                        .program = argv[0],
                        .log = nullptr,
                        .progress = progress});
}
