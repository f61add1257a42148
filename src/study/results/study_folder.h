#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/points/load_study.h"
#include "study/points/shard.h"
#include "study/results/result_index.h"

namespace calculon {

// A folder of results: study.json says of what, results-I-of-N.jsonl and lock-I-of-N belong to
// shards (docs/studies.md, "Files").

// The study of a folder, from study.json alone. Throws InputError if it is no such folder.
LoadedStudy load_study_folder(const std::string& folder, int threads,
                              const Watch& watch = no_watch());

// Makes the folder, if it is not there, and writes study.json, unless it says the same already. A
// study that lacks points of the folder's own replaces it only with `extend`. Throws InputError,
// also for a study that load_study_folder() could not read again.
void write_study(const std::string& folder, const LoadedStudy& loaded, bool extend,
                 const Watch& watch = no_watch());

std::string study_path(const std::string& folder);
std::string results_path(const std::string& folder, const Shard& shard);
std::string lock_path(const std::string& folder, const Shard& shard);
// Where damaged lines of its results go.
std::string damaged_path(const std::string& folder, const Shard& shard);
std::string table_path(const std::string& folder);
std::string report_path(const std::string& folder);
// Whose lock or results a file has, by its name.
std::optional<Shard> shard_of_file(const std::string& path);

// Positions of points without a record, each different one once.
std::vector<std::size_t> missing_points(const LoadedStudy& loaded, const ResultIndex& index);

// Shards that have left files in the folder, the largest count last, and names of files that look
// like a shard's, but of a shard that cannot be.
struct FolderShards {
  std::vector<Shard> shards;
  std::vector<std::string> strays;
};
FolderShards shards_in(const std::string& folder);

// Throws InputError if `output` is a file that runs have written into the folder, by whatever name.
// `allowed` is one that may be replaced; "" for none.
void require_no_file_of_run(const std::string& output, const std::string& folder,
                            const std::string& allowed = "");

// Removes temporary files that runs of this user on this host left behind when they were killed.
void clear_left_behind(const std::string& folder);

}  // namespace calculon
