#include "support/study_run.h"

#include "study/table/study_page.h"
#include "study/table/table_file.h"
#include "support/json_page.h"
#include "support/source_tree.h"

namespace calculon::test {

LoadedStudy bundled_study(const std::string& name,
                          const std::map<std::string, std::vector<std::string>>& only,
                          const std::vector<std::pair<std::string, Json>>& set, bool quick) {
  StudyChoices choices;
  choices.only = only;
  choices.set = set;
  choices.quick = quick;
  return load_study(name, source_folder(), choices, 2);
}

LoadedStudy study_of(const Json& file, const StudyChoices& choices) {
  const TempFolder folder;
  return load_study(folder.write("study.json", file.dump()), source_folder(), choices, 2);
}

Json small_study() {
  return Json::parse(R"({
    "calculon_study": 1,
    "title": "A small study",
    "model": "megatron-22B", "system": "a100_80g",
    "axes": [
      {"name": "memory", "path": "system.mem1.GiB", "values": [80, 1]},
      {"name": "size", "path": "search.num_procs", "values": [8, 16]}
    ],
    "search": {"num_procs": 8, "max_batch": 16, "datatype": "float16"}
  })");
}

StudyRun::StudyRun(LoadedStudy loaded, int threads) : loaded_(std::move(loaded)) {
  write_study(folder_.path(), loaded_, false);
  if (threads > 0) {
    run({}, threads);
  }
}

StudyRunResult StudyRun::run(const Shard& shard, int threads) {
  StudyRunOptions options;
  options.folder = folder_.path();
  options.shard = shard;
  options.threads = threads;
  options.tell = [](const std::string&) {};
  std::atomic<bool> stop{false};
  return run_study(loaded_, options, stop, [](const StudyProgress&) {});
}

const std::vector<Json>& StudyRun::rows() const {
  if (rows_.empty()) {
    const ResultIndex index({folder_.path()});
    StudyTable(loaded_, index).for_each_row([&](const Table& rows, std::size_t row) {
      rows_.push_back(row_json(rows, row));
    });
  }
  return rows_;
}

std::vector<Json> StudyRun::rows_with(const Json& values) const {
  std::vector<Json> found;
  for (const Json& row : rows()) {
    bool matches = true;
    for (const auto& item : values.items()) {
      matches = matches && row[item.key()] == item.value();
    }
    if (matches) {
      found.push_back(row);
    }
  }
  return found;
}

std::string StudyRun::csv() const {
  const ResultIndex index({folder_.path()});
  const std::string path = folder_.file("test-table.csv");
  write_table(StudyTable(loaded_, index), path);
  return raw_bytes(path);
}

std::string page_of(const StudyRun& run) {
  const ResultIndex index({run.folder()});
  return study_page(run.loaded(), StudyTable(run.loaded(), index), "2026-11-29");
}

}  // namespace calculon::test
