#pragma once

#include <string_view>

namespace calculon {

// One row per result of a model of a training run. JSON, CSV, sweeps and the documentation walk the
// rows. A name with a dot, "Tx.fwd", is a member of an object in JSON and a column in CSV.
template <class Result>
struct OutputField {
  std::string_view name;
  double Result::*member;  // NaN: not known
  std::string_view unit;
  std::string_view help;
  bool summary = false;         // a column of every sweep
  bool more_is_better = false;  // the best of a sweep has the largest one
  bool head_only = false;       // not a result of the model's seed version
};

}  // namespace calculon
