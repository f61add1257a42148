#include "study/points/folder_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/run_files.h"
#include "calculon/base/input_error.h"
#include "study/points/record_check.h"

namespace calculon {
namespace {

constexpr std::size_t kReadSize = std::size_t{1} << 20;
constexpr mode_t kMode = 0666;
constexpr std::string_view kBlanks("\0 \t\r\v\f", 6);
constexpr const char* kWrongKind = "is no regular file of the folder itself (a link or a pipe?)";

[[noreturn]] void fail(const std::string& path, std::string_view what) {
  throw InputError(fmt::format("{}: {}", path, what));
}

}  // namespace

FolderFile::FolderFile(std::string path, int flags) : path_(std::move(path)) {
  note_input(path_);
  descriptor_ = open(path_.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kMode);
  if (descriptor_ < 0) {
    const int reason = errno;
    require_regular_or_absent(path_);
    const bool writes = (flags & (O_WRONLY | O_RDWR)) != 0;
    fail(path_, fmt::format("cannot be {}: {}", writes ? "opened for writing" : "read",
                            std::strerror(reason)));
  }
  struct stat status {};
  if (fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(descriptor_);
    fail(path_, kWrongKind);
  }
}

FolderFile::~FolderFile() {
  close(descriptor_);
}

std::size_t FolderFile::read(char* buffer, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(descriptor_, buffer, size);
    if (count >= 0) {
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) {
      fail(path_, fmt::format("cannot be read: {}", std::strerror(errno)));
    }
  }
}

std::string FolderFile::read_at(std::uint64_t offset, std::size_t size) const {
  std::string text(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count =
        pread(descriptor_, text.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      break;
    }
    done += static_cast<std::size_t>(count);
  }
  text.resize(done);
  return text;
}

void require_regular_or_absent(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    fail(path, kWrongKind);
  }
}

FolderLineReader::FolderLineReader(const std::string& path)
    : file_(path, O_RDONLY), buffer_(kReadSize) {}

bool FolderLineReader::refill() {
  at_ = 0;
  filled_ = file_.read(buffer_.data(), buffer_.size());
  return filled_ > 0;
}

// The next piece of a line.
void FolderLineReader::take(std::string_view piece) {
  const std::uint64_t start = position_;
  position_ += piece.size();
  if (text_.empty()) {
    const auto first = std::min(piece.find_first_not_of(kBlanks), piece.size());
    offset_ = start + first;
    text_ = piece.substr(first);
  } else if (text_.size() < kRecordStart.size() || text_.starts_with(kRecordStart)) {
    text_ += piece;
  }
}

bool FolderLineReader::next() {
  text_.clear();
  begin_ = position_;
  torn_ = true;
  while (torn_ && (at_ < filled_ || refill())) {
    const std::string_view rest(buffer_.data() + at_, filled_ - at_);
    const auto length = std::min(rest.find('\n'), rest.size());
    take(rest.substr(0, length));
    torn_ = length == rest.size();
    at_ += length + (torn_ ? 0 : 1);
    position_ += torn_ ? 0 : 1;
  }
  if (position_ == begin_) {
    return false;
  }
  text_.resize(std::min(text_.find_last_not_of(kBlanks) + 1, text_.size()));
  ++number_;
  return true;
}

}  // namespace calculon
