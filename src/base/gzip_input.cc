#include "base/gzip_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

// What zlib says is wrong, without its own name for the file: "<fd:3>: unexpected end of file".
std::string_view damage_text(std::string_view reason) {
  const auto colon = reason.find(": ");
  reason.remove_prefix(colon == std::string_view::npos ? 0 : colon + 2);
  return reason.empty() ? "damaged gzip data" : reason;
}

int open_input(const std::string& path) {
  if (path == kStandardStream) {
    return dup(STDIN_FILENO);
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw InputError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  }
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    close(descriptor);
    throw InputError(fmt::format("{}: is a directory, expected a file", path));
  }
  return descriptor;
}

}  // namespace

GzipInput::GzipInput(const std::string& path)
    : name_(path == kStandardStream ? "standard input" : path),
      must_be_gzip_(path.ends_with(".gz")) {
  const int descriptor = open_input(path);
  file_ = gzdopen(descriptor, "rb");
  if (!file_) {
    close(descriptor);
    throw InputError(fmt::format("{}: cannot be read", name_));
  }
}

GzipInput::~GzipInput() {
  gzclose(file_);
}

std::size_t GzipInput::read(std::span<char> chunk) {
  errno = 0;
  // zlib reads plain and compressed files alike; it keeps the system's reason in errno.
  const int count = gzread(file_, chunk.data(), static_cast<unsigned>(chunk.size()));
  int status = Z_OK;
  const char* reason = gzerror(file_, &status);
  if (count < 0 || status == Z_BUF_ERROR) {
    throw InputError(fmt::format("{}: cannot be read: {}", name_,
                                 status == Z_ERRNO ? std::strerror(errno) : damage_text(reason)));
  }
  if (count == 0 && must_be_gzip_ && gzdirect(file_) != 0) {
    throw InputError(fmt::format("{}: is not gzip data, though its name ends in .gz", name_));
  }
  return static_cast<std::size_t>(count);
}

bool LineReader::next(std::string_view& line) {
  constexpr std::size_t kChunk = std::size_t{1} << 18;
  constexpr std::size_t kLongestLine = std::size_t{64} << 20;
  std::size_t searched = position_;
  for (;;) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos || (ended_ && position_ < buffer_.size())) {
      const std::size_t stop = std::min(end, buffer_.size());
      line = std::string_view(buffer_).substr(position_, stop - position_);
      position_ = stop + 1;
      if (line.ends_with('\r')) {
        line.remove_suffix(1);
      }
      return true;
    }
    if (ended_) {
      return false;
    }
    buffer_.erase(0, position_);
    position_ = 0;
    searched = buffer_.size();
    if (buffer_.size() > kLongestLine) {
      throw InputError(
          fmt::format("{}: has a line of more than {} MiB", name(), kLongestLine >> 20));
    }
    buffer_.resize(searched + kChunk);
    const std::size_t count = input_.read(std::span(buffer_).subspan(searched));
    buffer_.resize(searched + count);
    ended_ = count == 0;
  }
}

}  // namespace calculon
