#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/hash.h"

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
  ~ResultLog();
  ResultLog(const ResultLog&) = delete;
  ResultLog& operator=(const ResultLog&) = delete;

  std::int64_t dropped_bytes() const { return dropped_; }
  // In one write. On the disk for sure a second later at most, if append() is called again, or
  // after sync().
  void append(std::string_view lines);
  void sync();

 private:
  void cut_torn_line();
  [[noreturn]] void fail(std::string_view doing);

  std::string path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
  std::int64_t dropped_ = 0;
  std::chrono::steady_clock::time_point last_sync_;
};

// The records of all result files of some folders, by point. Lines stay on disk until they are
// asked for.
class ResultIndex {
 public:
  // Records that say different things about one point.
  struct Conflict {
    std::string first;  // "results-0-of-2.jsonl, line 7"
    std::string second;
    std::string first_line;
    std::string second_line;
  };

  // Throws InputError naming file and line if a line is no record, other than a torn last one.
  explicit ResultIndex(const std::vector<std::string>& folders);

  bool has(const Hash128& id) const { return places_.contains(id); }
  // The line of a point that has one.
  std::string line(const Hash128& id) const;
  std::size_t size() const { return places_.size(); }
  // Files whose last line was torn, with a sentence about it each.
  const std::vector<std::string>& torn() const { return torn_; }
  const std::optional<Conflict>& conflict() const { return conflict_; }

 private:
  struct RecordPlace {
    std::uint32_t file;
    std::uint32_t length;
    std::uint64_t offset;
    std::uint64_t line;
    Hash128 content;  // of what two computations of a point have in common
  };
  void read_file(const std::string& path);
  void add_line(std::string_view line, std::uint64_t offset, std::uint64_t number);
  std::string text_at(const RecordPlace& place) const;

  std::vector<std::string> files_;
  std::map<Hash128, RecordPlace> places_;
  std::vector<std::string> torn_;
  std::optional<Conflict> conflict_;
};

}  // namespace calculon
