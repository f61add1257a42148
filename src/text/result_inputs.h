#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// What a result was computed from, as its file tells whoever reads it later.
struct ResultInputs {
  std::string model;  // of its file: the name without folder and extension
  std::string system;
  std::string methodology;
  std::int64_t num_procs = 0;
  std::int64_t batch_size = 0;
  bool batch_is_limit = false;  // a search may use less
  std::string datatype;
  std::string date;    // modification_date(); "": not known
  std::string pareto;  // "sample_rate,total_time": no other result beats these in it; "": the best
};

// The key of this record in files of results.
inline constexpr const char* kInputsKey = "inputs";

// With the version of the program. Equal inputs give equal records, whenever they are computed:
// the date is that of the files.
Json result_inputs_json(const ResultInputs& inputs);

// With the names of model and system, and the date of these files and `more`.
ResultInputs inputs_of_files(const std::string& model, const std::string& system,
                             const std::vector<std::string>& more = {});

// "gpt3-175B" of models/gpt3-175B.json, "Llama-3-8B/config" of the configuration in that folder,
// "standard input" of -.
std::string input_name(const std::string& path);

// The day on which the newest of some files was changed, in UTC: "2026-11-29"; "" if none is a
// file, as standard input. Of "best.json#0" it is that of best.json.
std::string modification_date(const std::vector<std::string>& paths);

}  // namespace calculon
