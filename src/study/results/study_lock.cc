#include "study/results/study_lock.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::size_t kMostText = 512;

std::string text_of(int descriptor) {
  std::array<char, kMostText> buffer{};
  const ssize_t count = pread(descriptor, buffer.data(), buffer.size(), 0);
  std::string text(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  return text.substr(0, text.find('\n'));
}

std::string own_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}, process {}, since {:%H:%M}", host.data(), getpid(),
                     fmt::localtime(std::time(nullptr)));
}

}  // namespace

StudyLock::StudyLock(std::string path) : path_(std::move(path)) {
  descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw InputError(
        fmt::format("{}: cannot be opened for writing: {}", path_, std::strerror(errno)));
  }
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
    held_ = true;
    const std::string text = own_name() + "\n";
    if (ftruncate(descriptor_, 0) != 0 ||
        pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
      const int reason = errno;
      close(descriptor_);
      throw InputError(fmt::format("{}: cannot be written: {}", path_, std::strerror(reason)));
    }
  } else if (errno == EWOULDBLOCK) {
    holder_ = text_of(descriptor_);
  } else {
    const int reason = errno;
    close(descriptor_);
    throw InputError(fmt::format(
        "{}: cannot be locked: {}; --no-lock does without, if nothing else writes there", path_,
        std::strerror(reason)));
  }
}

StudyLock::~StudyLock() {
  close(descriptor_);
}

std::string holder_of_lock(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return "";
  }
  std::string holder;
  if (flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    holder = text_of(descriptor);
    holder = holder.empty() ? "another process" : holder;
  }
  close(descriptor);
  return holder;
}

}  // namespace calculon
