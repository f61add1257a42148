#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct gzFile_s;

namespace calculon {

// The bytes of a file, plain or gzipped, piece by piece; "-" is standard input. Whatever goes wrong
// throws InputError with the file's name and the system's reason.
class GzipInput {
 public:
  explicit GzipInput(const std::string& path);
  ~GzipInput();
  GzipInput(const GzipInput&) = delete;
  GzipInput& operator=(const GzipInput&) = delete;

  // How many bytes were put into `chunk`; 0 at the end.
  std::size_t read(std::span<char> chunk);
  // "standard input" for "-".
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  bool must_be_gzip_;
  gzFile_s* file_;
};

// The lines of such a file, however large it is.
class LineReader {
 public:
  explicit LineReader(const std::string& path) : input_(path) {}

  // Sets `line` to the next line, without its end; false if there is none. It lives until the next
  // call. Throws InputError for a line that is longer than any table's.
  bool next(std::string_view& line);
  const std::string& name() const { return input_.name(); }

 private:
  GzipInput input_;
  std::string buffer_;
  std::size_t position_ = 0;
  bool ended_ = false;
};

}  // namespace calculon
