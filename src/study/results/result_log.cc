#include "study/results/result_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/json_reader.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kSyncPeriod{1};
constexpr std::string_view kIdKey = R"({"id":")";
constexpr std::size_t kIdDigits = 32;

std::optional<Hash128> id_of(std::string_view line) {
  Hash128 id;
  if (!line.starts_with(kIdKey) || line.size() < kIdKey.size() + kIdDigits) {
    return std::nullopt;
  }
  const char* digits = line.data() + kIdKey.size();
  const char* middle = digits + kIdDigits / 2;
  constexpr int kHex = 16;
  const auto high = std::from_chars(digits, middle, id.high, kHex);
  const auto low = std::from_chars(middle, digits + kIdDigits, id.low, kHex);
  if (high.ptr != middle || low.ptr != digits + kIdDigits) {
    return std::nullopt;
  }
  return id;
}

// Without what may differ between two computations of a point: the names of its axes, which are
// for people, and the time it took.
std::string_view content_of(std::string_view line) {
  const auto begin = line.find(R"(,"status":")");
  const auto end = line.rfind(R"(,"seconds":)");
  return begin < end ? line.substr(begin, end == std::string_view::npos ? end : end - begin) : line;
}

std::vector<std::string> result_files(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("results-") && name.ends_with(".jsonl")) {
      paths.push_back(entry.path().string());
    }
  }
  if (unreadable) {
    throw InputError(fmt::format("{}: cannot be read: {}", folder, unreadable.message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

ResultLog::ResultLog(std::string path)
    : path_(std::move(path)), last_sync_(std::chrono::steady_clock::now()) {
  descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    fail("cannot be opened for writing");
  }
  size_ = lseek(descriptor_, 0, SEEK_END);
  cut_torn_line();
}

ResultLog::~ResultLog() {
  close(descriptor_);
}

void ResultLog::cut_torn_line() {
  std::int64_t end = size_;
  char last = '\n';
  while (end > 0 && pread(descriptor_, &last, 1, end - 1) == 1 && last != '\n') {
    --end;
  }
  if (end < size_) {
    dropped_ = size_ - end;
    if (ftruncate(descriptor_, end) != 0) {
      fail("cannot be mended");
    }
    size_ = end;
  }
}

void ResultLog::append(std::string_view lines) {
  const ssize_t count = ::write(descriptor_, lines.data(), lines.size());
  if (count != static_cast<ssize_t>(lines.size())) {
    const int reason = count < 0 ? errno : ENOSPC;
    if (ftruncate(descriptor_, size_) != 0) {
      // The torn line will be cut off by the next run.
    }
    errno = reason;
    fail("cannot be written");
  }
  size_ += count;
  if (std::chrono::steady_clock::now() - last_sync_ >= kSyncPeriod) {
    sync();
  }
}

void ResultLog::sync() {
  if (fdatasync(descriptor_) != 0 && errno != EINVAL) {
    fail("cannot be written");
  }
  last_sync_ = std::chrono::steady_clock::now();
}

void ResultLog::fail(std::string_view doing) {
  throw InputError(fmt::format("{}: {}: {}", path_, doing, std::strerror(errno)));
}

ResultIndex::ResultIndex(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    for (const std::string& path : result_files(folder)) {
      read_file(path);
    }
  }
}

void ResultIndex::read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw InputError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  }
  files_.push_back(path);
  std::uint64_t offset = 0;
  std::uint64_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (file.eof()) {  // no line break behind it
      torn_.push_back(fmt::format("{}: the last line, {}, is torn and left out ({} bytes)", path,
                                  number, line.size()));
      return;
    }
    add_line(line, offset, number);
    offset += line.size() + 1;
  }
}

void ResultIndex::add_line(std::string_view line, std::uint64_t offset, std::uint64_t number) {
  const auto id = id_of(line);
  if (!id || !Json::accept(line)) {
    throw InputError(fmt::format("{}: line {} is no record of a result", files_.back(), number));
  }
  const RecordPlace place{static_cast<std::uint32_t>(files_.size() - 1),
                          static_cast<std::uint32_t>(line.size()), offset, number,
                          hash_of(content_of(line))};
  const auto [known, is_new] = places_.emplace(*id, place);
  if (is_new || known->second.content == place.content || conflict_) {
    return;
  }
  const auto name = [&](const RecordPlace& at) {
    return fmt::format("{}, line {}", files_[at.file], at.line);
  };
  conflict_ = {name(known->second), name(place), text_at(known->second), std::string(line)};
}

std::string ResultIndex::line(const Hash128& id) const {
  return text_at(places_.at(id));
}

std::string ResultIndex::text_at(const RecordPlace& place) const {
  std::ifstream file(files_[place.file], std::ios::binary);
  std::string text(place.length, '\0');
  file.seekg(static_cast<std::streamoff>(place.offset));
  file.read(text.data(), place.length);
  return text;
}

}  // namespace calculon
