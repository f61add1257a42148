#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "calculon/base/enum_names.h"
#include "calculon/base/field.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What became of a run.
enum class RunOutcome { kRan, kOom };

template <>
struct EnumNames<RunOutcome> {
  static constexpr std::array<std::string_view, 2> kNames = {"ran", "oom"};
};

// What a run is good for; everything in a table that has no column for it.
struct RunUse {
  bool time = true;    // errors of the step time, and fits
  bool labels = true;  // the count of verdicts
  bool rank = true;    // orders of runs that differ in parallelism only

  bool operator==(const RunUse&) const = default;
};

// A row of a measured table: a run, and what was measured of it.
struct MeasuredRun {
  std::int64_t row = 0;  // of the table, whose header is row 1
  std::string id;
  std::string system;  // the name of a system, or the path of its file
  std::optional<double> seconds;
  std::optional<double> peak_bytes;
  std::optional<double> static_bytes;
  std::optional<std::int64_t> stage;  // on which the bytes were read; without it the largest
  std::optional<RunOutcome> outcome;
  RunUse use;
  std::string flag;  // what is wrong with its figures; empty: nothing
  std::string source;
  std::string note;
  Transformer model;
  CalibratedExecution execution;

  // Whether it enters the errors of the step time, and a fit.
  bool has_time() const { return seconds && use.time; }
  bool has_label() const { return outcome && use.labels; }
};

// Columns of a measured table beside those of the model and the execution.
inline constexpr std::tuple kMeasuredColumns = {
    TypedField{"id", &MeasuredRun::id, "name of the run, of which there is one"},
    TypedField{"system", &MeasuredRun::system, "system on which it ran"},
    TypedField{"measured_seconds", &MeasuredRun::seconds, "time of a step"},
    TypedField{"measured_peak_bytes", &MeasuredRun::peak_bytes, "most that was allocated"},
    TypedField{"measured_static_bytes", &MeasuredRun::static_bytes, "allocated between steps"},
    TypedField{"measured_stage", &MeasuredRun::stage, "stage on which the bytes were read"},
    TypedField{"outcome", &MeasuredRun::outcome, "whether it ran or was out of memory"},
    TypedField{"use", &MeasuredRun::use, "words that tell what the row is good for"},
    TypedField{"flag", &MeasuredRun::flag, "what is wrong with the figures"},
    TypedField{"source", &MeasuredRun::source, "where they were published"},
    TypedField{"note", &MeasuredRun::note, "what else is known"},
};

// What stands before the keys of a model and an execution in the names of their columns.
inline constexpr std::string_view kModelColumn = "model.";
inline constexpr std::string_view kExecutionColumn = "execution.";

// A row that cannot be read or evaluated.
struct RejectedRow {
  std::int64_t row = 0;
  std::string id;    // empty if it is not known
  std::string rule;  // "KC12"; empty where it breaks none, as a row with too few cells
  std::string message;
};

}  // namespace calculon
