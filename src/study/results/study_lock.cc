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

// Its first line.
std::string text_of(const FolderFile& file) {
  const std::string text = file.read_at(0, kMostText);
  return text.substr(0, text.find('\n'));
}

std::string own_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}, process {}, since {:%H:%M}", host.data(), getpid(),
                     fmt::localtime(std::time(nullptr)));
}

}  // namespace

StudyLock::StudyLock(std::string path) : file_(std::move(path), O_RDWR | O_CREAT) {
  const int descriptor = file_.descriptor();
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    held_ = true;
    const std::string text = own_name() + "\n";
    if (ftruncate(descriptor, 0) != 0 ||
        pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
      throw InputError(
          fmt::format("{}: cannot be written: {}", file_.path(), std::strerror(errno)));
    }
  } else if (errno == EWOULDBLOCK) {
    holder_ = text_of(file_);
  } else {
    throw InputError(fmt::format(
        "{}: cannot be locked: {}; --no-lock does without, if nothing else writes there",
        file_.path(), std::strerror(errno)));
  }
}

std::string holder_of_lock(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) {
    return "";
  }
  const FolderFile file(path, O_RDONLY);
  if (flock(file.descriptor(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
    return "";
  }
  const std::string holder = text_of(file);
  return holder.empty() ? "another process" : holder;
}

}  // namespace calculon
