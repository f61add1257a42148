#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/distribution.h"
#include "text/table.h"

namespace calculon {

// What is known of a point that was computed (docs/studies.md, "Files").
struct PointRecord {
  // A setting or a statistic of an execution by its name.
  struct Value {
    std::string_view name;
    Cell cell;
  };
  using Execution = std::vector<Value>;

  std::string status;       // "ok", "infeasible" or "invalid"
  std::string reason;       // why there is no answer; "" if there is one
  std::string reason_kind;  // the same without the numbers of the point
  Cell enumerated;
  Cell feasible;
  std::vector<Execution> best;  // of one the settings, then the statistics
  std::optional<Distribution> summary;
  std::vector<double> stage_peaks;  // bytes of each pipeline stage, of the calibrated model only

  bool ok() const { return status == "ok"; }
  // A number of its best execution; NaN if there is none.
  double best_number(std::string_view name) const;
  bool best_has(std::string_view name) const;
};

// From a line of a file of results. Names and texts are kept in `texts`. Records that were written
// before there were kinds of reasons get one from the words of the reason. Throws InputError if the
// line is no record (record_check.h).
PointRecord read_record(std::string_view line, Texts& texts);

}  // namespace calculon
