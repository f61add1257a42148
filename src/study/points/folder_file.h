#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// Files of a folder of results. Others may write into such a folder, so what stands there under one
// of our names has to be a regular file: links are not followed, and nothing waits at a pipe.

// An open one, which no output of the run may be. Every failure throws InputError with the path and
// the system's reason.
class FolderFile {
 public:
  // `flags` as for open(2).
  FolderFile(std::string path, int flags);
  ~FolderFile();
  FolderFile(const FolderFile&) = delete;
  FolderFile& operator=(const FolderFile&) = delete;

  const std::string& path() const { return path_; }
  int descriptor() const { return descriptor_; }
  // Up to `size` bytes from here, 0 at the end.
  std::size_t read(char* buffer, std::size_t size);
  // `size` bytes from `offset`; fewer where the file ends before.
  std::string read_at(std::uint64_t offset, std::size_t size) const;

 private:
  std::string path_;
  int descriptor_ = -1;
};

// Throws InputError if something other than a regular file has this path; nothing may have it.
void require_regular_or_absent(const std::string& path);

// The lines of a file of results, one after the other. Blanks around a line are left out, and so
// are zeros, of which a file system can leave blocks after a crash. Of what is no record only the
// beginning is kept in memory.
class FolderLineReader {
 public:
  explicit FolderLineReader(const std::string& path);

  // Whether there is one more.
  bool next();
  // Of the line that next() found.
  std::string_view text() const { return text_; }
  bool blank() const { return text_.empty(); }
  std::uint64_t number() const { return number_; }  // from 1
  std::uint64_t offset() const { return offset_; }  // of its text
  std::uint64_t begin() const { return begin_; }    // of the line with all that stands there
  std::uint64_t end() const { return position_; }
  // Whether it ends without a line break: its writer was stopped.
  bool torn() const { return torn_; }

 private:
  bool refill();
  void take(std::string_view piece);

  FolderFile file_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;  // in the buffer
  std::size_t filled_ = 0;
  std::string text_;
  std::uint64_t number_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t position_ = 0;  // behind what was taken
  bool torn_ = false;
};

}  // namespace calculon
