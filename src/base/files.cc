#include "calculon/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "base/gzip_input.h"
#include "base/gzip_member.h"
#include "base/interrupted.h"
#include "base/open_file.h"
#include "base/run_files.h"
#include "base/temporary_files.h"
#include "base/temporary_name.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::size_t kLargestInput = std::size_t{64} << 20;
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kInputChunk = std::size_t{1} << 14;  // configurations are small
constexpr std::string_view kGzip = ".gz";
constexpr std::string_view kPartial = ".partial";

// A pipe or device, such as /dev/null or what a shell makes of <(command).
bool is_stream(std::string_view path) {
  struct stat status {};
  return stat(std::string(path).c_str(), &status) == 0 && !S_ISREG(status.st_mode) &&
         !S_ISDIR(status.st_mode);
}

// Gives a new file the mode and the owner of the one that it replaces. Where it cannot have that
// one's group, another group gets no more than all others.
void take_over_access(int descriptor, const struct stat& replaced) {
  struct stat own {};
  mode_t mode = replaced.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
  const bool same_group = fstat(descriptor, &own) == 0 && own.st_gid == replaced.st_gid;
  if (!(same_group && own.st_uid == replaced.st_uid) &&
      fchown(descriptor, replaced.st_uid, replaced.st_gid) != 0 && !same_group &&
      fchown(descriptor, static_cast<uid_t>(-1), replaced.st_gid) != 0) {
    mode &= ~static_cast<mode_t>(S_IRWXG) | ((mode & S_IRWXO) << 3U);
  }
  if (fchmod(descriptor, mode) != 0) {
    // Some file systems have no modes.
  }
}

}  // namespace

bool has_extension(std::string_view path, std::string_view extension) {
  if (path.ends_with(kGzip)) {
    path.remove_suffix(kGzip.size());
  }
  return path.ends_with(extension);
}

std::string name_without_extension(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  if (name.ends_with(kGzip) && name.size() > kGzip.size()) {
    name.remove_suffix(kGzip.size());
  }
  const auto dot = name.rfind('.');
  return std::string(dot == 0 ? name : name.substr(0, dot));
}

void require_extension(std::string_view path, std::span<const std::string_view> extensions) {
  if (path == kStandardStream || is_stream(path)) {
    return;
  }
  std::string accepted;
  for (const std::string_view extension : extensions) {
    if (has_extension(path, extension)) {
      return;
    }
    accepted += fmt::format("{}, {}.gz, ", extension, extension);
  }
  throw InputError(fmt::format("{}: unknown kind of file, expected a name ending in {}or '-'", path,
                               accepted.substr(0, accepted.size() - 2) + " "));
}

std::string read_text_file(const std::string& path) {
  GzipInput file(path);
  std::string text;
  std::vector<char> chunk(kInputChunk);
  while (const std::size_t count = file.read(chunk)) {
    text.append(chunk.data(), count);
    if (text.size() > kLargestInput) {
      throw InputError(fmt::format("{}: larger than the {} MiB that a configuration may have",
                                   file.name(), kLargestInput >> 20));
    }
  }
  return text;
}

OutputFile::OutputFile(std::string path, Owner owner)
    : path_(std::move(path)), target_path_(path_), gzip_(path_.ends_with(kGzip)) {
  struct stat status {};
  const bool exists = path_ != kStandardStream && stat(path_.c_str(), &status) == 0;
  if (path_ == kStandardStream || (exists && !S_ISREG(status.st_mode))) {
    open_stream();
    return;
  }
  if (owner == Owner::kUser) {
    note_output(path_);
    note_output(path_ + std::string(kPartial));
  } else {
    note_input(path_);
  }
  if (exists && faccessat(AT_FDCWD, path_.c_str(), W_OK, AT_EACCESS) != 0) {
    fail("cannot be opened for writing");
  }
  target_path_ = link_target(path_);
  open_temporary(exists ? &status : nullptr);
}

void OutputFile::open_stream() {
  descriptor_ = path_ == kStandardStream ? dup(STDOUT_FILENO) : open_file(path_, O_WRONLY);
  if (descriptor_ < 0) {
    fail("cannot be opened for writing");
  }
  struct stat status {};
  const bool known = fstat(descriptor_, &status) == 0;
  const bool device = known && S_ISCHR(status.st_mode) && isatty(descriptor_) == 0;  // /dev/null
  may_wait_ = known && !S_ISREG(status.st_mode) && !device;
}

// Under a name that nothing else has.
void OutputFile::open_temporary(const struct stat* replaced) {
  constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
  const mode_t mode = replaced ? replaced->st_mode & kMode : kMode;
  do {
    forget_temporary_file(temporary_place_);
    temporary_path_ = temporary_name(target_path_);
    temporary_place_ = remember_temporary_file(temporary_path_);
    descriptor_ = open(temporary_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) {
    const int reason = errno;
    forget_temporary_file(temporary_place_);
    errno = reason;
    fail("cannot be opened for writing");
  }
  if (replaced) {
    take_over_access(descriptor_, *replaced);
  }
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
  if (!temporary_path_.empty()) {
    unlink(temporary_path_.c_str());
    forget_temporary_file(temporary_place_);
  }
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kChunk) {
    flush();
  }
}

void OutputFile::write_packed(std::string_view bytes) {
  flush();
  write_all(bytes);
}

void OutputFile::finish() {
  if (descriptor_ < 0) {
    return;
  }
  flush();
  if (gzip_) {
    write_all(gzip_end());
  }
  const int descriptor = std::exchange(descriptor_, -1);
  if (close(descriptor) != 0) {
    fail("cannot be written");
  }
}

void OutputFile::commit_as(const std::string& path) {
  finish();
  if (!temporary_path_.empty()) {
    if (std::rename(temporary_path_.c_str(), path.c_str()) != 0) {
      fail("cannot be replaced");
    }
    forget_temporary_file(temporary_place_);
    temporary_path_.clear();
  }
}

std::string OutputFile::commit_partial() {
  std::string path = temporary_path_.empty() ? path_ : target_path_ + std::string(kPartial);
  commit_as(path);
  return path;
}

void OutputFile::flush() {
  if (!buffer_.empty()) {
    write_all(gzip_ ? gzip_part(buffer_) : buffer_);
    buffer_.clear();
  }
}

// Waits until a pipe or terminal takes something; returns how much of `wanted` it takes at once.
// A reader that does not read is no reason not to hear the user.
std::size_t OutputFile::wait_for_room(std::size_t wanted) {
  constexpr int kMilliseconds = 300;
  pollfd output{descriptor_, POLLOUT, 0};
  while (poll(&output, 1, kMilliseconds) == 0) {
    check_interruption();
  }
  return std::min<std::size_t>(wanted, PIPE_BUF);
}

void OutputFile::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = may_wait_ ? wait_for_room(bytes.size()) : bytes.size();
    const ssize_t count = ::write(descriptor_, bytes.data(), size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      fail("cannot be written");
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void OutputFile::fail(std::string_view doing) {
  throw InputError(fmt::format("{}: {}: {}", path_, doing, std::strerror(errno)));
}

}  // namespace calculon
