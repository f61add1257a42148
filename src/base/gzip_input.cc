#include "base/gzip_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "base/gzip_member.h"
#include "base/interrupted.h"
#include "base/open_file.h"
#include "base/run_files.h"
#include "base/text_encoding.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

int open_input(const std::string& path) {
  note_input(path);
  if (path == kStandardStream) {
    return dup(STDIN_FILENO);
  }
  const int descriptor = open_file(path, O_RDONLY);
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

// Unpacks the members of a gzip file.
class GzipInput::Unpacker {
 public:
  explicit Unpacker(const GzipInput& input) : input_(input) {
    constexpr int kGzipOnly = 15 + 16;  // largest window, gzip header and trailer
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) {
      throw std::bad_alloc();
    }
    begin_member();
  }
  ~Unpacker() { inflateEnd(&stream_); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  // Unpacks as much of `packed` as `chunk` has room for, and takes it away from `packed`. Returns
  // how many bytes that makes, which may be 0 where there is more to come.
  std::size_t unpack(std::span<char>& packed, std::span<char> chunk);
  // Whether there may be more without another byte of the file: the last chunk was filled.
  bool may_hold_more() const { return in_member_ && filled_; }
  // To be called where the file ends.
  void check_end() const;

 private:
  void begin_member();
  void check_growth(std::size_t packed, std::size_t unpacked);

  const GzipInput& input_;
  z_stream stream_{};
  static constexpr unsigned kMostExtra = 16;
  std::array<Bytef, kMostExtra> extra_{};
  gz_header header_{};
  bool in_member_ = true;
  bool filled_ = false;
  std::size_t members_ = 0;    // that have ended
  bool more_follows_ = false;  // says the last member
  std::size_t window_packed_ = 0;
  std::size_t window_unpacked_ = 0;
};

void GzipInput::Unpacker::begin_member() {
  inflateReset(&stream_);
  header_ = {};
  header_.extra = extra_.data();
  header_.extra_max = kMostExtra;
  inflateGetHeader(&stream_, &header_);
  in_member_ = true;
}

std::size_t GzipInput::Unpacker::unpack(std::span<char>& packed, std::span<char> chunk) {
  if (!in_member_) {
    begin_member();
  }
  stream_.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream_.avail_in = static_cast<uInt>(packed.size());
  stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());
  stream_.avail_out = static_cast<uInt>(chunk.size());
  const int status = inflate(&stream_, Z_NO_FLUSH);
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
    const bool no_member = members_ > 0 && header_.done != 1;
    input_.fail(no_member     ? "there is something behind the end of the gzip data"
                : stream_.msg ? stream_.msg
                              : "damaged gzip data");
  }
  const std::size_t used = packed.size() - stream_.avail_in;
  const std::size_t count = chunk.size() - stream_.avail_out;
  packed = packed.subspan(used);
  filled_ = stream_.avail_out == 0;
  check_growth(used, count);
  if (status == Z_STREAM_END) {
    const std::string_view extra(reinterpret_cast<const char*>(extra_.data()),
                                 std::min(header_.extra_len, kMostExtra));
    more_follows_ = header_.extra != nullptr && extra == kGzipMoreFollows;
    in_member_ = false;
    ++members_;
  }
  return count;
}

void GzipInput::Unpacker::check_end() const {
  if (in_member_) {
    input_.fail("unexpected end of file");
  }
  if (more_follows_) {
    input_.fail("the end of the gzip data is missing");
  }
}

// The best packed tables of ours take a thirtieth of their size.
void GzipInput::Unpacker::check_growth(std::size_t packed, std::size_t unpacked) {
  constexpr std::size_t kWindow = std::size_t{128} << 20;
  constexpr std::size_t kMostGrowth = 200;
  window_packed_ += packed;
  window_unpacked_ += unpacked;
  if (window_unpacked_ >= kWindow) {
    if (window_unpacked_ / kMostGrowth > window_packed_) {
      input_.fail(
          fmt::format("unfolds to more than {} times its size, as no results do", kMostGrowth));
    }
    window_packed_ = 0;
    window_unpacked_ = 0;
  }
}

GzipInput::GzipInput(const std::string& path)
    : name_(path == kStandardStream ? "standard input" : path),
      must_be_gzip_(path.ends_with(".gz")),
      descriptor_(open_input(path)) {
  if (descriptor_ < 0) {
    fail(std::strerror(errno));
  }
}

GzipInput::~GzipInput() {
  close(descriptor_);
}

void GzipInput::fail(std::string_view why) const {
  throw InputError(fmt::format("{}: cannot be read: {}", name_, why));
}

std::size_t GzipInput::read_raw(std::span<char> chunk) {
  ssize_t count = ::read(descriptor_, chunk.data(), chunk.size());
  while (count < 0 && errno == EINTR) {  // a pipe whose writer is slow
    check_interruption();
    count = ::read(descriptor_, chunk.data(), chunk.size());
  }
  if (count < 0) {
    fail(std::strerror(errno));
  }
  return static_cast<std::size_t>(count);
}

void GzipInput::start() {
  constexpr std::size_t kRawChunk = std::size_t{64} << 10;
  constexpr std::string_view kMagic = "\x1f\x8b";
  started_ = true;
  raw_.resize(kRawChunk);
  std::size_t size = 0;
  while (size < kMagic.size()) {
    const std::size_t count = read_raw(std::span(raw_).subspan(size));
    if (count == 0) {
      break;
    }
    size += count;
  }
  waiting_ = std::span(raw_).first(size);
  if (std::string_view(raw_.data(), size).starts_with(kMagic)) {
    unpacker_ = std::make_unique<Unpacker>(*this);
  } else if (must_be_gzip_) {
    throw InputError(fmt::format("{}: is not gzip data, though its name ends in .gz", name_));
  }
  look_ahead();
  if (const std::string_view encoding = wide_encoding(ahead_); !encoding.empty()) {
    throw InputError(fmt::format("{}: is {} text, expected UTF-8", name_, encoding));
  }
  if (ahead_.starts_with(kUtf8Mark)) {
    ahead_used_ = kUtf8Mark.size();
  }
}

// Reads what tells the encoding, and what more comes with it.
void GzipInput::look_ahead() {
  constexpr std::size_t kAhead = std::size_t{4} << 10;
  ahead_.resize(kAhead);
  ahead_used_ = 0;
  std::size_t size = 0;
  while (size < kEncodingBytes) {
    const std::size_t count = read_unpacked(std::span(ahead_).subspan(size));
    if (count == 0) {
      break;
    }
    size += count;
  }
  ahead_.resize(size);
}

std::size_t GzipInput::read(std::span<char> chunk) {
  if (!started_) {
    start();
  }
  if (ahead_used_ < ahead_.size()) {
    const std::size_t count = ahead_.copy(chunk.data(), chunk.size(), ahead_used_);
    ahead_used_ += count;
    return count;
  }
  return read_unpacked(chunk);
}

std::size_t GzipInput::read_unpacked(std::span<char> chunk) {
  if (!unpacker_) {
    if (waiting_.empty()) {
      return read_raw(chunk);
    }
    const std::size_t count = std::min(waiting_.size(), chunk.size());
    std::copy_n(waiting_.begin(), count, chunk.begin());
    waiting_ = waiting_.subspan(count);
    return count;
  }
  for (;;) {
    if (waiting_.empty() && !unpacker_->may_hold_more()) {
      waiting_ = std::span(raw_).first(read_raw(raw_));
      if (waiting_.empty()) {
        unpacker_->check_end();
        return 0;
      }
    }
    if (const std::size_t count = unpacker_->unpack(waiting_, chunk)) {
      return count;
    }
  }
}

std::string_view GzipInput::peek() {
  if (!started_) {
    start();
  }
  if (ahead_used_ == ahead_.size()) {
    look_ahead();
  }
  return std::string_view(ahead_).substr(ahead_used_);
}

bool LineReader::next(std::string_view& line) {
  constexpr std::size_t kReadChunk = std::size_t{1} << 18;
  constexpr std::size_t kLongestLine = std::size_t{4} << 20;
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
    buffer_.resize(searched + kReadChunk);
    const std::size_t count = input_.read(std::span(buffer_).subspan(searched));
    buffer_.resize(searched + count);
    ended_ = count == 0;
  }
}

}  // namespace calculon
