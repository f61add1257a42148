#include "study/results/study_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/json_text.h"
#include "calculon/base/files.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStudyFile = "study.json";

// Ascending.
std::vector<Hash128> distinct_ids(const std::vector<PointEntry>& points) {
  std::vector<Hash128> ids;
  ids.reserve(points.size());
  for (const PointEntry& point : points) {
    ids.push_back(point.id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::string hash_of_points(const std::vector<PointEntry>& points) {
  std::string text;
  for (const Hash128& id : distinct_ids(points)) {
    text += id.hex();
  }
  return hash_of(text).hex();
}

}  // namespace

LoadedStudy load_study_folder(const std::string& folder, int threads) {
  const std::string path = (fs::path(folder) / kStudyFile).string();
  if (!fs::exists(path)) {
    throw InputError(
        fmt::format("{}: is no folder of a study's results, it has no {}", folder, kStudyFile));
  }
  const Json json = parse_json(path, read_text_file(path));
  const JsonReader reader(path, json);
  LoadedStudy loaded;
  loaded.name = reader["name"].string();
  loaded.file = reader["study"].json();
  loaded.choices = to_choices(reader["choices"]);
  loaded.documents = std::make_unique<Documents>("", "");
  loaded.documents->add(reader["documents"]);
  interpret_study(loaded, path);
  loaded.points = list_points(*loaded.study, threads);
  return loaded;
}

void write_study(const std::string& folder, const LoadedStudy& loaded, bool extend) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw InputError(fmt::format("{}: cannot be made: {}", folder, error.message()));
  }
  const std::string path = (fs::path(folder) / kStudyFile).string();
  const Json json = {{"calculon_run", 1},
                     {"name", loaded.name},
                     {"points", loaded.points.size()},
                     {"hash", hash_of_points(loaded.points)},
                     {"choices", loaded.choices.to_json()},
                     {"study", loaded.file},
                     {"documents", loaded.documents->to_json()}};
  const std::string text = json_text(json, 2) + "\n";
  if (fs::exists(path)) {
    if (read_text_file(path) == text) {
      return;
    }
    const LoadedStudy old = load_study_folder(folder, 1);
    const std::vector<Hash128> had = distinct_ids(old.points);
    const std::vector<Hash128> has = distinct_ids(loaded.points);
    if (!extend && !std::includes(has.begin(), has.end(), had.begin(), had.end())) {
      throw InputError(fmt::format(
          "{}: holds results of another study ('{}', {} points) with points that this one lacks; "
          "--extend adds this one's and makes it the folder's study",
          folder, old.name, had.size()));
    }
  }
  OutputFile file(path, OutputFile::Owner::kProgram);
  file.write(text);
  file.commit();
}

std::string results_path(const std::string& folder, const Shard& shard) {
  return (fs::path(folder) / fmt::format("results-{}.jsonl", shard.name())).string();
}

std::string lock_path(const std::string& folder, const Shard& shard) {
  return (fs::path(folder) / fmt::format("lock-{}", shard.name())).string();
}

std::vector<std::size_t> missing_points(const LoadedStudy& loaded, const ResultIndex& index) {
  std::vector<std::size_t> positions;
  std::set<Hash128> seen;
  for (std::size_t i = 0; i < loaded.points.size(); ++i) {
    const Hash128& id = loaded.points[i].id;
    if (!index.has(id) && seen.insert(id).second) {
      positions.push_back(i);
    }
  }
  return positions;
}

std::vector<Shard> shards_in(const std::string& folder) {
  std::vector<Shard> shards;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    Shard shard;
    const std::string name = entry.path().filename().string();
    for (const char* pattern : {"lock-%d-of-%d", "results-%d-of-%d.jsonl"}) {
      if (std::sscanf(name.c_str(), pattern, &shard.index, &shard.count) == 2 && shard.count > 0 &&
          shard.index >= 0 && shard.index < shard.count) {
        shards.push_back(shard);
      }
    }
  }
  const auto key = [](const Shard& shard) { return std::pair(shard.count, shard.index); };
  std::sort(shards.begin(), shards.end(),
            [&](const Shard& a, const Shard& b) { return key(a) < key(b); });
  shards.erase(std::unique(shards.begin(), shards.end(),
                           [&](const Shard& a, const Shard& b) { return key(a) == key(b); }),
               shards.end());
  return shards;
}

}  // namespace calculon
