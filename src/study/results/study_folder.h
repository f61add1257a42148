#pragma once

#include <string>
#include <vector>

#include "study/points/load_study.h"
#include "study/points/shard.h"
#include "study/results/result_log.h"

namespace calculon {

// A folder of results: study.json says of what, results-I-of-N.jsonl and lock-I-of-N belong to
// shards (docs/studies.md, "Files").

// The study of a folder, from study.json alone. Throws InputError if it is no such folder.
LoadedStudy load_study_folder(const std::string& folder, int threads);

// Makes the folder, if it is not there, and writes study.json, unless it says the same already. A
// study that lacks points of the folder's own replaces it only with `extend`. Throws InputError.
void write_study(const std::string& folder, const LoadedStudy& loaded, bool extend);

std::string results_path(const std::string& folder, const Shard& shard);
std::string lock_path(const std::string& folder, const Shard& shard);

// Positions of points without a record, each different one once.
std::vector<std::size_t> missing_points(const LoadedStudy& loaded, const ResultIndex& index);

// Shards that have left files in the folder.
std::vector<Shard> shards_in(const std::string& folder);

}  // namespace calculon
