#include "base/open_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/interrupted.h"

namespace calculon {
namespace {

constexpr int kPeriodMilliseconds = 50;

bool is_pipe(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

// Until a pipe that is open for reading has something to read, or its writers have gone.
void wait_for_writer(int descriptor) {
  pollfd input{descriptor, POLLIN, 0};
  while (poll(&input, 1, kPeriodMilliseconds) <= 0) {
    check_interruption();
  }
}

}  // namespace

// Asks again and again: a signal that comes right before a call that waits would not end it.
int open_file(const std::string& path, int flags) {
  const bool pipe = is_pipe(path);
  int descriptor = open(path.c_str(), flags | O_CLOEXEC | (pipe ? O_NONBLOCK : 0));
  while (descriptor < 0 && (errno == EINTR || (pipe && errno == ENXIO))) {
    check_interruption();
    poll(nullptr, 0, kPeriodMilliseconds);
    descriptor = open(path.c_str(), flags | O_CLOEXEC | (pipe ? O_NONBLOCK : 0));
  }
  if (descriptor < 0 || !pipe) {
    return descriptor;
  }
  try {
    if ((flags & O_ACCMODE) == O_RDONLY) {
      wait_for_writer(descriptor);
    }
  } catch (...) {
    close(descriptor);
    throw;
  }
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  return descriptor;
}

}  // namespace calculon
