#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <string_view>

#include "base/temporary_files.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"

namespace {

// A standard stream that is closed leads to nowhere: else the first file that is opened would get
// its number, and messages.
void open_standard_streams() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
      static_cast<void>(open("/dev/null", O_RDWR));  // the lowest number that is free
    }
  }
}

// What nothing could catch, such as an exception out of a destructor.
[[noreturn]] void end_without_aborting() {
  constexpr std::string_view kLine =
      "calculon: a mistake of the program itself, please report it: it cannot go on\n";
  calculon::remove_temporary_files();
  static_cast<void>(!write(STDERR_FILENO, kLine.data(), kLine.size()));
  _exit(calculon::kExitBadInput);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not get larger is told as one that is full
  calculon::clean_up_on_signals();
  std::set_terminate(end_without_aborting);
  return calculon::run(argc, argv, calculon::console_of_process(argc > 0 ? argv[0] : "calculon"));
}
