#include "study/results/result_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::chrono::seconds kSyncPeriod{1};
constexpr std::size_t kReadBack = std::size_t{64} << 10;

}  // namespace

ResultLog::ResultLog(std::string path)
    : file_(std::move(path), O_RDWR | O_CREAT | O_APPEND),
      last_sync_(std::chrono::steady_clock::now()) {
  size_ = lseek(file_.descriptor(), 0, SEEK_END);
  cut_torn_line();
}

void ResultLog::cut_torn_line() {
  std::int64_t end = size_;
  while (end > 0) {
    const auto length = std::min(static_cast<std::size_t>(end), kReadBack);
    const std::int64_t begin = end - static_cast<std::int64_t>(length);
    const std::string text = file_.read_at(static_cast<std::uint64_t>(begin), length);
    if (text.size() < length) {
      fail("cannot be read");
    }
    const auto last = text.rfind('\n');
    if (last != std::string::npos) {
      end = begin + static_cast<std::int64_t>(last) + 1;
      break;
    }
    end = begin;
  }
  if (end < size_) {
    dropped_ = size_ - end;
    if (ftruncate(file_.descriptor(), end) != 0) {
      fail("cannot be mended");
    }
    size_ = end;
  }
}

void ResultLog::append(std::string_view lines) {
  std::string_view left = lines;
  while (!left.empty()) {
    const ssize_t count = ::write(file_.descriptor(), left.data(), left.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      const int reason = count < 0 ? errno : ENOSPC;
      if (ftruncate(file_.descriptor(), size_) != 0) {
        // The torn line will be cut off by the next run.
      }
      errno = reason;
      fail("cannot be written");
    }
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  size_ += static_cast<std::int64_t>(lines.size());
  if (std::chrono::steady_clock::now() - last_sync_ >= kSyncPeriod) {
    sync();
  }
}

void ResultLog::sync() {
  if (fdatasync(file_.descriptor()) != 0 && errno != EINVAL) {
    fail("cannot be written");
  }
  last_sync_ = std::chrono::steady_clock::now();
}

void ResultLog::fail(std::string_view doing) {
  throw InputError(fmt::format("{}: {}: {}", file_.path(), doing, std::strerror(errno)));
}

}  // namespace calculon
