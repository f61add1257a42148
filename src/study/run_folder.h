#pragma once

#include <memory>
#include <string>
#include <vector>

#include "study/documents.h"
#include "study/point_list.h"
#include "study/shard.h"
#include "study/study.h"

namespace calculon {

// A study with all that it was read from and the list of its points.
struct LoadedStudy {
  std::string name;  // "sc23-fig5"
  Json file;
  StudyChoices choices;
  std::unique_ptr<Documents> documents;
  std::unique_ptr<Study> study;
  std::vector<PointEntry> points;
};

// From a study file, or from a bundled name in `data_folder` (examples/studies/). Throws
// InputError.
LoadedStudy load_study(const std::string& name, const std::string& data_folder,
                       const StudyChoices& choices, int threads);
// Without the list of its points, which takes its time for many.
LoadedStudy read_study(const std::string& name, const std::string& data_folder,
                       const StudyChoices& choices);

// Names of the bundled studies, sorted.
std::vector<std::string> bundled_studies(const std::string& data_folder);

// A folder of results: study.json says of what, results-I-of-N.jsonl and lock-I-of-N belong to
// shards (docs/studies.md, "Files").

// The study of a folder, from study.json alone. Throws InputError if it is no such folder.
LoadedStudy load_run(const std::string& folder, int threads);

// Makes the folder, if it is not there, and writes study.json, unless it says the same already. A
// study that lacks points of the folder's own replaces it only with `extend`. Throws InputError.
void write_study(const std::string& folder, const LoadedStudy& loaded, bool extend);

std::string results_path(const std::string& folder, const Shard& shard);
std::string lock_path(const std::string& folder, const Shard& shard);

// Shards that have left files in the folder.
std::vector<Shard> shards_in(const std::string& folder);

}  // namespace calculon
