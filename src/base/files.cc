#include "calculon/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "base/gzip_input.h"
#include "base/gzip_member.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::size_t kLargestInput = std::size_t{64} << 20;
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::string_view kGzip = ".gz";

// A pipe or device, such as /dev/null or what a shell makes of <(command).
bool is_stream(std::string_view path) {
  struct stat status {};
  return stat(std::string(path).c_str(), &status) == 0 && !S_ISREG(status.st_mode) &&
         !S_ISDIR(status.st_mode);
}

}  // namespace

bool has_extension(std::string_view path, std::string_view extension) {
  if (path.ends_with(kGzip)) {
    path.remove_suffix(kGzip.size());
  }
  return path.ends_with(extension);
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
  std::vector<char> chunk(kChunk);
  while (const std::size_t count = file.read(chunk)) {
    text.append(chunk.data(), count);
    if (text.size() > kLargestInput) {
      throw InputError(fmt::format("{}: larger than the {} MiB that a configuration may have",
                                   file.name(), kLargestInput >> 20));
    }
  }
  return text;
}

OutputFile::OutputFile(std::string path) : path_(std::move(path)), gzip_(path_.ends_with(kGzip)) {
  struct stat status {};
  const bool exists = stat(path_.c_str(), &status) == 0;
  if (path_ == kStandardStream) {
    descriptor_ = dup(STDOUT_FILENO);
  } else if (exists && !S_ISREG(status.st_mode)) {
    descriptor_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    open_temporary();
  }
  if (descriptor_ < 0) {
    temporary_path_.clear();
    fail("cannot be opened for writing");
  }
}

// Under a name that nothing else has: processes on several hosts, or in several containers, can
// have one number and write to one folder.
void OutputFile::open_temporary() {
  std::random_device random;
  do {
    temporary_path_ = fmt::format("{}.{}-{:08x}.tmp", path_, getpid(), random());
    descriptor_ = open(temporary_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
  if (!temporary_path_.empty()) {
    unlink(temporary_path_.c_str());
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

void OutputFile::commit_as(const std::string& path) {
  flush();
  if (gzip_) {
    write_all(gzip_end());
  }
  const int descriptor = std::exchange(descriptor_, -1);
  if (close(descriptor) != 0) {
    fail("cannot be written");
  }
  if (!temporary_path_.empty()) {
    if (std::rename(temporary_path_.c_str(), path.c_str()) != 0) {
      fail("cannot be replaced");
    }
    temporary_path_.clear();
  }
}

std::string OutputFile::commit_partial() {
  std::string path = temporary_path_.empty() ? path_ : path_ + ".partial";
  commit_as(path);
  return path;
}

void OutputFile::flush() {
  if (!buffer_.empty()) {
    write_all(gzip_ ? gzip_part(buffer_) : buffer_);
    buffer_.clear();
  }
}

void OutputFile::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
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
