#include "study/results/run_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/json_limits.h"
#include "base/json_text.h"
#include "study/points/folder_file.h"
#include "study/results/study_folder.h"

namespace calculon {
namespace {

// Each document and each choice has the limits of a configuration; here they stand together, a few
// levels deeper.
constexpr JsonLimits kLimits = {std::size_t{256} << 20, 64 + 8, SIZE_MAX, 100'000};
constexpr std::size_t kLargestIndented = std::size_t{4} << 20;
constexpr std::int64_t kUnchecked = 1;  // versions: before there was a checksum
constexpr std::int64_t kVersion = 2;
constexpr std::array<std::string_view, 8> kKeys = {"calculon_run", "sum",     "name",  "points",
                                                   "hash",         "choices", "study", "documents"};

// Of all but the checksum itself.
std::string checksum_of(Json json) {
  json.erase("sum");
  return hash_of(json_text(json)).hex().substr(0, 16);
}

Json parse_run_file(const std::string& path, const std::string& text) {
  Json json = parse_json(path, text, kLimits);
  const JsonReader reader(path, json);
  const std::int64_t version = reader["calculon_run"].integer(kUnchecked, kVersion);
  reader.allow_keys(kKeys);
  if (version == kVersion && reader["sum"].string() != checksum_of(json)) {
    reader.complain("is damaged or was changed: its checksum is wrong");
  }
  return json;
}

std::string hash_of_points(const std::vector<PointEntry>& points) {
  std::string text;
  for (const Hash128& id : distinct_ids(points)) {
    text += id.hex();
  }
  return hash_of(text).hex();
}

std::string whole_text(const std::string& path) {
  FolderFile file(path, O_RDONLY);
  std::string text;
  std::vector<char> chunk(std::size_t{1} << 20);
  while (const std::size_t count = file.read(chunk.data(), chunk.size())) {
    text.append(chunk.data(), count);
    if (text.size() > kLimits.text) {
      break;  // which the parser tells
    }
  }
  return text;
}

}  // namespace

std::string run_file_text(const std::string& path, const LoadedStudy& loaded) {
  Json json = {{"calculon_run", kVersion},
               {"sum", ""},
               {"name", loaded.name},
               {"points", loaded.points.size()},
               {"hash", hash_of_points(loaded.points)},
               {"choices", loaded.choices.to_json()},
               {"study", loaded.file},
               {"documents", loaded.documents->to_json()}};
  json["sum"] = checksum_of(json);
  std::string text = json_text(json);
  if (text.size() < kLargestIndented) {
    text = json_text(json, 2);
  }
  parse_run_file(path, text);
  return text + "\n";
}

Json read_run_file(const std::string& path) {
  return parse_run_file(path, whole_text(path));
}

}  // namespace calculon
