#pragma once

#include <string>

namespace calculon {

// The comparison with the measurements of "Reducing Activation Recomputation in Large Transformer
// Models" (arXiv 2205.05198, figures 1 and 7, table 5).
struct SeqselOptions {
  std::string data_folder;  // holds models/, systems/ and the validation executions
  bool verbose = false;     // name every test and case before its table
};

struct SeqselResult {
  std::string text;                 // the published tables
  double end_to_end_error_percent;  // mean deviation of the batch times of table 5
};

// Evaluates the published executions and sets them against the measurements. Throws InputError if
// a file of the data folder cannot be read, or is wrong.
SeqselResult run_seqsel_validation(const SeqselOptions& options);

// Whether a folder has the data that the comparison reads. Throws nothing.
bool has_seqsel_data(const std::string& folder);

}  // namespace calculon
