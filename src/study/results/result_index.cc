#include "study/results/result_index.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "study/points/record_check.h"
#include "study/results/result_log.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

// Without what may differ between two computations of a point: its checksum, the names of its axes,
// which are for people, and the time it took.
std::string_view content_of(std::string_view line) {
  const auto begin = line.find(R"(,"status":")");
  const auto end = line.rfind(R"(,"seconds":)");
  return begin < end ? line.substr(begin, end == std::string_view::npos ? end : end - begin) : line;
}

std::vector<std::string> result_files(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with("results-") && name.ends_with(".jsonl")) {
      paths.push_back(entry->path().string());
    }
  }
  if (unreadable) {
    throw InputError(fmt::format("{}: cannot be read: {}", folder, unreadable.message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Calls `visit` with what stands from `begin` to `end`, piece by piece.
template <class Visit>
void read_pieces(const FolderFile& file, std::uint64_t begin, std::uint64_t end,
                 const Visit& visit) {
  constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;
  for (std::uint64_t at = begin; at < end; at += kPiece) {
    visit(file.read_at(at, std::min(kPiece, end - at)));
  }
}

}  // namespace

ResultIndex::ResultIndex(const std::vector<std::string>& folders, const Watch& watch) {
  for (const std::string& folder : folders) {
    for (const std::string& path : result_files(folder)) {
      read_file(path, watch);
    }
  }
}

void ResultIndex::read_file(const std::string& path, const Watch& watch) {
  FolderLineReader line(path);
  files_.push_back(path);
  bool has_blank = false;
  while (line.next()) {
    watch.check();
    if (line.torn()) {
      notes_.push_back(fmt::format("{}: the last line, {}, is torn and left out ({} bytes)", path,
                                   line.number(), line.end() - line.begin()));
    } else if (!line.blank()) {
      add_line(line);
    } else if (!has_blank) {
      has_blank = true;
      notes_.push_back(fmt::format("{}: line {} has nothing but blanks or zeros and is left out",
                                   path, line.number()));
    }
  }
}

void ResultIndex::add_line(const FolderLineReader& line) {
  const std::string damage = record_damage(line.text());
  const RecordPlace place{static_cast<std::uint32_t>(files_.size() - 1), line.text().size(),
                          line.offset(), line.number(), hash_of(content_of(line.text()))};
  if (!damage.empty()) {
    ++damaged_;
    if (damage_.size() < kMostTold) {
      damage_.push_back(fmt::format("{} is damaged: {}", name_of(place), damage));
    }
    if (damaged_files_.empty() || damaged_files_.back() != files_.back()) {
      damaged_files_.push_back(files_.back());
    }
    return;
  }
  const auto [known, is_new] = places_.emplace(*record_id(line.text()), place);
  if (!is_new && known->second.content != place.content && !conflict_) {
    conflict_ = {name_of(known->second), name_of(place), text_at(known->second),
                 std::string(line.text())};
  }
}

std::string ResultIndex::name_of(const RecordPlace& place) const {
  return fmt::format("{}, line {}", files_[place.file], place.line);
}

std::string ResultIndex::line(const Hash128& id) const {
  return text_at(places_.at(id));
}

std::string ResultIndex::place(const Hash128& id) const {
  return name_of(places_.at(id));
}

std::string ResultIndex::text_at(const RecordPlace& place) const {
  const std::string& path = files_[place.file];
  std::shared_ptr<const FolderFile> file;
  {
    const std::lock_guard lock(opening_);
    if (!open_ || open_->path() != path) {
      open_ = std::make_shared<const FolderFile>(path, O_RDONLY);
    }
    file = open_;
  }
  return file->read_at(place.offset, place.length);
}

void take_out_damaged_lines(const std::string& path, const std::string& kept, const Watch& watch) {
  FolderLineReader line(path);
  const FolderFile source(path, O_RDONLY);
  ResultLog taken_out(kept);
  OutputFile good(path, OutputFile::Owner::kProgram);
  while (line.next()) {
    watch.check();
    const bool keep = line.torn() || line.blank() || record_damage(line.text()).empty();
    read_pieces(source, line.begin(), line.end(), [&](const std::string& piece) {
      keep ? good.write(piece) : taken_out.append(piece);
    });
  }
  taken_out.sync();
  good.commit();
}

}  // namespace calculon
