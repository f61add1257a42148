#pragma once

#include <map>
#include <string>
#include <vector>

#include "study/results/study_folder.h"
#include "study/results/study_run.h"
#include "study/table/study_table.h"
#include "support/temp_folder.h"

namespace calculon::test {

// A bundled study, with --only and --set as on the command line.
LoadedStudy bundled_study(const std::string& name,
                          const std::map<std::string, std::vector<std::string>>& only = {},
                          const std::vector<std::pair<std::string, Json>>& set = {},
                          bool quick = false);

// A study as it would stand in a file.
LoadedStudy study_of(const Json& file, const StudyChoices& choices = {});

// A small one over a search: two sizes, two memories, one of them too small for anything.
Json small_study();

// A study that is run in this process, in a folder of its own.
class StudyRun {
 public:
  explicit StudyRun(LoadedStudy loaded, int threads = 2);

  const LoadedStudy& loaded() const { return loaded_; }
  const std::string& folder() const { return folder_.path(); }
  // Computes a part, or what is missing.
  StudyRunResult run(const Shard& shard = {}, int threads = 2);
  // All rows of the table, with what reports show besides.
  const std::vector<Json>& rows() const;
  // Those with these values.
  std::vector<Json> rows_with(const Json& values) const;
  // The text of table.csv.
  std::string csv() const;

 private:
  LoadedStudy loaded_;
  TempFolder folder_;
  mutable std::vector<Json> rows_;  // read when first asked for
};

// Its page.
std::string page_of(const StudyRun& run);

}  // namespace calculon::test
