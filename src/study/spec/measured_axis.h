#pragma once

#include "study/spec/axis.h"
#include "study/spec/documents.h"

namespace calculon {

// What an axis of measured runs sets at a point: the row of a run.
inline constexpr std::string_view kMeasuredPath = "measured";

// Whether an axis is one of measured runs.
bool is_measured_axis(const JsonReader& axis);

// An axis of the runs of a measured table, or of those of one kind (docs/studies.md, "Measured
// runs"); their ids are its labels. `quick`, if not null, has the ids of a quick run. Loads the
// table and its systems. Throws InputError.
Axis parse_measured_axis(const JsonReader& axis, const std::optional<JsonReader>& quick,
                         Documents& documents);

}  // namespace calculon
