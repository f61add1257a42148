#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/hash.h"
#include "study/points/folder_file.h"
#include "study/spec/watch.h"

namespace calculon {

// The records of all result files of some folders, by point. Lines stay on disk until they are
// asked for. Lines that are not believed (record_check.h) are left out and told.
class ResultIndex {
 public:
  // Records that say different things about one point.
  struct Conflict {
    std::string first;  // "results-0-of-2.jsonl, line 7"
    std::string second;
    std::string first_line;
    std::string second_line;
  };

  // Throws InputError if a file cannot be read.
  explicit ResultIndex(const std::vector<std::string>& folders, const Watch& watch = no_watch());

  bool has(const Hash128& id) const { return places_.contains(id); }
  // The line of a point that has one. Many threads may ask.
  std::string line(const Hash128& id) const;
  // "results-0-of-2.jsonl, line 7": where that is.
  std::string place(const Hash128& id) const;
  std::size_t size() const { return places_.size(); }

  // How many lines are damaged, with a sentence about each of the first kMostTold, and the files
  // that have such lines.
  static constexpr std::size_t kMostTold = 10;
  std::size_t damaged() const { return damaged_; }
  const std::vector<std::string>& damage() const { return damage_; }
  const std::vector<std::string>& damaged_files() const { return damaged_files_; }
  // Sentences about what lacks and harms nothing: torn last lines, and the first of blank ones.
  const std::vector<std::string>& notes() const { return notes_; }
  const std::optional<Conflict>& conflict() const { return conflict_; }

 private:
  struct RecordPlace {
    std::uint32_t file;
    std::uint64_t length;
    std::uint64_t offset;
    std::uint64_t line;
    Hash128 content;  // of what two computations of a point have in common
  };
  void read_file(const std::string& path, const Watch& watch);
  void add_line(const FolderLineReader& line);
  std::string name_of(const RecordPlace& place) const;
  std::string text_at(const RecordPlace& place) const;

  std::vector<std::string> files_;
  std::map<Hash128, RecordPlace> places_;
  std::vector<std::string> notes_;
  std::size_t damaged_ = 0;
  std::vector<std::string> damage_;
  std::vector<std::string> damaged_files_;
  std::optional<Conflict> conflict_;
  mutable std::mutex opening_;
  mutable std::shared_ptr<const FolderFile> open_;  // the file that was asked last
};

// Takes the damaged lines out of a file of results; they go to the end of the file `kept`, for
// whoever wants to look at them. REQUIRES the lock of the file. Throws InputError, with the file as
// it was.
void take_out_damaged_lines(const std::string& path, const std::string& kept, const Watch& watch);

}  // namespace calculon
