#include "study/results/study_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/run_files.h"
#include "base/temporary_name.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "study/results/run_file.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStudyFile = "study.json";
constexpr std::string_view kTableFile = "table.csv";
constexpr std::string_view kReportFile = "report.html";

std::string path_in(const std::string& folder, std::string_view name) {
  return (fs::path(folder) / name).string();
}

// "lock-3-of-8" and "results-3-of-8.jsonl" are of a shard; whatever numbers stand there.
std::optional<Shard> shard_named(std::string_view name) {
  for (const auto& [start, ending] :
       {std::pair<std::string_view, std::string_view>{"lock-", ""}, {"results-", ".jsonl"}}) {
    if (!name.starts_with(start) || !name.ends_with(ending)) {
      continue;
    }
    const std::string_view numbers =
        name.substr(start.size(), name.size() - start.size() - ending.size());
    const auto of = numbers.find("-of-");
    if (of == std::string_view::npos) {
      continue;
    }
    const auto index = parse_number<int>(numbers.substr(0, of));
    const auto count = parse_number<int>(numbers.substr(of + 4));
    return Shard{index.value_or(-1), count.value_or(-1)};
  }
  return std::nullopt;
}

// Whether a run writes a file of this name into the folder.
bool is_of_a_run(std::string_view name) {
  const auto is = [&](std::string_view start, std::string_view ending) {
    return name.starts_with(start) && name.ends_with(ending);
  };
  return name == kStudyFile || name == kTableFile || name == kReportFile ||
         is("results-", ".jsonl") || is("rows-", ".csv.gz") || is("lock-", "") ||
         is("damaged-", ".txt");
}

}  // namespace

LoadedStudy load_study_folder(const std::string& folder, int threads, const Watch& watch) {
  const std::string path = study_path(folder);
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::not_found) {
    throw InputError(
        fmt::format("{}: is no folder of a study's results, it has no {}", folder, kStudyFile));
  }
  const Json json = read_run_file(path);
  const JsonReader reader(path, json);
  LoadedStudy loaded;
  loaded.name = reader["name"].string();
  loaded.file = reader["study"].json();
  loaded.choices = to_choices(reader["choices"]);
  loaded.documents = std::make_unique<Documents>("", "");
  loaded.documents->add(reader["documents"]);
  interpret_study(loaded, path, watch);
  loaded.points = list_points(*loaded.study, threads, watch);
  return loaded;
}

namespace {

// Whether two study.json are of one study, whatever version they have.
bool says_the_same(Json a, Json b) {
  for (Json* file : {&a, &b}) {
    file->erase("calculon_run");
    file->erase("sum");
  }
  return a == b;
}

// Throws InputError if a study lacks points of the folder's own.
void require_all_points(const std::string& folder, const LoadedStudy& loaded, const Watch& watch) {
  const LoadedStudy old = load_study_folder(folder, 1, watch);
  const std::vector<Hash128> had = distinct_ids(old.points);
  const std::vector<Hash128> has = distinct_ids(loaded.points);
  if (!std::includes(has.begin(), has.end(), had.begin(), had.end())) {
    throw InputError(fmt::format(
        "{}: holds results of another study ('{}', {} points) with points that this one lacks; "
        "--extend adds this one's and makes it the folder's study",
        folder, old.name, had.size()));
  }
}

}  // namespace

void write_study(const std::string& folder, const LoadedStudy& loaded, bool extend,
                 const Watch& watch) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw InputError(fmt::format("{}: cannot be made: {}", folder, error.message()));
  }
  const std::string path = study_path(folder);
  require_regular_or_absent(path);
  const std::string text = run_file_text(path, loaded);
  if (fs::exists(path, error)) {
    const Json old_file = read_run_file(path);
    const Json new_file = Json::parse(text);
    if (old_file == new_file) {
      return;
    }
    if (!extend && !says_the_same(old_file, new_file)) {
      require_all_points(folder, loaded, watch);
    }
  }
  OutputFile file(path, OutputFile::Owner::kProgram);
  file.write(text);
  file.commit();
}

std::string study_path(const std::string& folder) {
  return path_in(folder, kStudyFile);
}

std::string results_path(const std::string& folder, const Shard& shard) {
  return path_in(folder, fmt::format("results-{}.jsonl", shard.name()));
}

std::string lock_path(const std::string& folder, const Shard& shard) {
  return path_in(folder, fmt::format("lock-{}", shard.name()));
}

std::string damaged_path(const std::string& folder, const Shard& shard) {
  return path_in(folder, fmt::format("damaged-{}.txt", shard.name()));
}

std::string table_path(const std::string& folder) {
  return path_in(folder, kTableFile);
}

std::string report_path(const std::string& folder) {
  return path_in(folder, kReportFile);
}

std::optional<Shard> shard_of_file(const std::string& path) {
  const auto shard = shard_named(fs::path(path).filename().string());
  return shard && is_shard(*shard) ? shard : std::nullopt;
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

FolderShards shards_in(const std::string& folder) {
  FolderShards found;
  std::vector<Shard>& shards = found.shards;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    const std::string name = entry->path().filename().string();
    const auto shard = shard_named(name);
    if (shard && is_shard(*shard)) {
      shards.push_back(*shard);
    } else if (shard) {
      found.strays.push_back(name);
    }
  }
  std::sort(found.strays.begin(), found.strays.end());
  const auto key = [](const Shard& shard) { return std::pair(shard.count, shard.index); };
  std::sort(shards.begin(), shards.end(),
            [&](const Shard& a, const Shard& b) { return key(a) < key(b); });
  shards.erase(std::unique(shards.begin(), shards.end(),
                           [&](const Shard& a, const Shard& b) { return key(a) == key(b); }),
               shards.end());
  return found;
}

void require_no_file_of_run(const std::string& output, const std::string& folder,
                            const std::string& allowed) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code other;
    const fs::path& path = entry->path();
    if (is_of_a_run(path.filename().string()) && path != fs::path(allowed) &&
        fs::equivalent(output, path, other)) {
      throw InputError(also_input(output, path.string()));
    }
  }
}

void clear_left_behind(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> stale;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (is_of_a_run(left_behind_of(name))) {
      stale.push_back(entry->path());
    }
  }
  for (const fs::path& path : stale) {
    struct stat status {};
    if (lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_uid == geteuid()) {
      fs::remove(path, error);
    }
  }
}

}  // namespace calculon
