#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// "gpt3-175B" for each .json file of a folder, sorted; none if it cannot be read.
std::vector<std::string> json_names_in(const std::string& folder);

// Whether `name` is that of something bundled with the program: "gpt3-175B", or for an execution
// "validation/seqsel/tab5/megatron-22B_full". What ends in .json or .json.gz, begins with /, ./ or
// ../ or goes up in between is the path of a file.
bool is_bundled_name(std::string_view name);

// The models, systems and executions that a study names. Each is read once, so that all points see
// the same text, and is handed on with the results: a folder of results needs no other file.
class Documents {
 public:
  // Names are looked up among the bundled ones in `data_folder` (models/, systems/, examples/), if
  // they are bare, and beside the study, in `study_folder`, if they end in .json.
  Documents(std::string study_folder, std::string data_folder)
      : study_folder_(std::move(study_folder)), data_folder_(std::move(data_folder)) {}

  // Reads `name` unless it is known. `kind` is "model", "system", "execution" or "measured": the
  // rows of a measured table, whose systems are read with it. Throws InputError.
  const Json& load(std::string_view kind, const std::string& name);
  // One that was loaded; may be called from many threads.
  const Json& at(std::string_view kind, const std::string& name) const;

  // Those of a kind that were loaded, sorted.
  std::vector<std::string> names(std::string_view kind) const;

  // All that were loaded, as {"model gpt3-175B": {...}, ...}, and back.
  Json to_json() const;
  void add(const JsonReader& documents);

 private:
  std::string path_of(std::string_view kind, const std::string& name) const;
  const Json& load_measured(const std::string& name);

  std::string study_folder_;
  std::string data_folder_;
  std::map<std::string, Json> documents_;
};

}  // namespace calculon
