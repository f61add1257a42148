#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "study/points/folder_file.h"

namespace calculon {

// Results on disk: files of one record a line (record.h) that are only ever appended to, so that
// nothing that was written can be lost.

// Appends to one file. Every failure throws InputError with the system's reason and leaves whole
// lines only.
class ResultLog {
 public:
  // Opens or creates it. A torn last line, of a run that was killed while it wrote, is cut off;
  // `dropped` then has the number of its bytes.
  explicit ResultLog(std::string path);

  std::int64_t dropped_bytes() const { return dropped_; }
  // All of them, or none if that fails. On the disk for sure a second later at most, if append() is
  // called again, or after sync().
  void append(std::string_view lines);
  void sync();

 private:
  void cut_torn_line();
  [[noreturn]] void fail(std::string_view doing);

  FolderFile file_;
  std::int64_t size_ = 0;
  std::int64_t dropped_ = 0;
  std::chrono::steady_clock::time_point last_sync_;
};

}  // namespace calculon
